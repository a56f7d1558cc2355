import { inlineStateBytes } from "../../contract/limits.ts";
import { type ItemResult, type Outcome, ReduceInput, resultsKey } from "../../contract/workflow.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { parseEvent } from "../shared/parse.ts";
import { jsonBytes } from "../shared/state-size.ts";
import { resultsOfMapRun } from "./map-run.ts";
import { MergedResults } from "./merged-results.ts";

export interface ReduceServices {
  readonly objects: Pick<JsonObjects, "read" | "stream" | "write">;
  readonly bucket: string;
}

/**
 * Merges the results of the batches, which are in the event or where a Distributed Map wrote them, writes them to the
 * bucket, and returns them if they fit the state. A repeated call writes the same object again.
 * @throws InvalidInput, ObjectNotFound, MapRunUnreadable
 */
export async function reduceResults(event: unknown, { objects, bucket }: ReduceServices): Promise<Outcome> {
  const { release, classified } = parseEvent("reduce", ReduceInput, event);
  const { executionId, total } = classified;
  const merged = new MergedResults(total);
  const results: Iterable<ItemResult> | AsyncIterable<ItemResult> =
    "mapRun" in classified
      ? resultsOfMapRun(classified.mapRun, bucket, objects)
      : classified.batches.flatMap((batch) => batch.results);
  for await (const result of results) merged.add(result);
  const document = merged.document();
  const resultsLocation = { bucket, key: resultsKey(executionId) };
  await objects.write(resultsLocation, document, { release });
  const counts = merged.counts();
  log("INFO", "reduced", { executionId, release, ...counts });
  const short = { executionId, release, counts, classified: merged.classified(), resultsLocation };
  if (document.length > inlineStateBytes) return short;
  const full = { ...short, results: JSON.parse(document.toString()) };
  return jsonBytes(full) <= inlineStateBytes ? full : short;
}
