import { statesLimits } from "../../../limits.ts";
import { type Json, parseJson } from "../../data/json.ts";
import { ExecutionError } from "../error.ts";
import { childRecord } from "./child-record.ts";
import type { ChildResult } from "./map-run.ts";

/**
 * Collects the result of a Distributed Map without a ResultWriter: the outputs in the order of the items. For a
 * tolerated failure, it contains the record that a ResultWriter would have written. Throws "States.DataLimitExceeded"
 * as soon as the outputs exceed the limit.
 */
export function outputsOf(results: Iterable<ChildResult>, state: string): readonly Json[] {
  const outputs: Json[] = [];
  let bytes = 2;
  for (const child of results) {
    const value = child.output === undefined ? childRecord(child) : parseJson(child.output);
    bytes += Buffer.byteLength(JSON.stringify(value)) + (outputs.length > 0 ? 1 : 0);
    if (bytes > statesLimits.payloadBytes) {
      throw new ExecutionError(
        "States.DataLimitExceeded",
        `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit (more than ${statesLimits.payloadBytes}). A ResultWriter puts it into a bucket.`,
      );
    }
    outputs.push(value);
  }
  return outputs;
}
