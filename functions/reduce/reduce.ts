import { inlineStateBytes } from "../../contract/limits.ts";
import { type ItemResult, type Outcome, ReduceInput, resultsKey } from "../../contract/workflow.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { parseEvent } from "../shared/parse.ts";
import { jsonBytes } from "../shared/state-size.ts";
import { Answers } from "./answers.ts";
import { resultsOfMapRun } from "./map-run.ts";

export interface ReduceServices {
  readonly objects: Pick<JsonObjects, "read" | "stream" | "write">;
  readonly bucket: string;
}

/**
 * Merges the results of the batches, which are in the event or where a Distributed Map wrote them, keeps them in the bucket
 * and returns them while they fit the state. A repeated call writes the same object again.
 * @throws InvalidInput, ObjectNotFound, MapRunUnreadable
 */
export async function reduceResults(event: unknown, { objects, bucket }: ReduceServices): Promise<Outcome> {
  const { release, classified } = parseEvent("reduce", ReduceInput, event);
  const { executionId, total } = classified;
  const answers = new Answers(total);
  const results: Iterable<ItemResult> | AsyncIterable<ItemResult> =
    "mapRun" in classified
      ? resultsOfMapRun(classified.mapRun, bucket, objects)
      : classified.batches.flatMap((batch) => batch.results);
  for await (const result of results) answers.add(result);
  const document = answers.document();
  const resultsLocation = { bucket, key: resultsKey(executionId) };
  await objects.write(resultsLocation, document, { release });
  const counts = answers.counts();
  log("INFO", "reduced", { executionId, release, ...counts });
  const short = { executionId, release, counts, resultsLocation };
  if (document.length > inlineStateBytes) return short;
  const full = { ...short, results: JSON.parse(document.toString()) };
  return jsonBytes(full) <= inlineStateBytes ? full : short;
}
