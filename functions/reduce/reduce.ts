import { type Outcome, ReduceInput, resultsKey } from "../../contract/workflow.ts";
import { log } from "../shared/log.ts";
import type { JsonObjects } from "../shared/objects.ts";
import { parseEvent } from "../shared/parse.ts";
import { inlineStateBytes, jsonBytes } from "../shared/state-size.ts";
import { count, merge } from "./merge.ts";

export interface ReduceServices {
  readonly objects: Pick<JsonObjects, "write">;
  readonly bucket: string;
}

/**
 * Merges the batches, keeps the results in the bucket and returns them while they fit the state.
 * A repeated call writes the same object again.
 * @throws InvalidInput
 */
export async function reduceResults(event: unknown, { objects, bucket }: ReduceServices): Promise<Outcome> {
  const { executionId, total, batches } = parseEvent("reduce", ReduceInput, event);
  const results = merge(
    batches.flatMap((batch) => batch.results),
    total,
  );
  const resultsLocation = { bucket, key: resultsKey(executionId) };
  await objects.write(resultsLocation, JSON.stringify(results));
  const counts = count(results);
  log("INFO", "reduced", { executionId, ...counts });
  const short = { executionId, counts, resultsLocation };
  const full = { ...short, results: [...results] };
  return jsonBytes(full) <= inlineStateBytes ? full : short;
}
