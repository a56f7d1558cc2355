import { apiLimits, kib, statesLimits } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/** Left for what stands around the results: the task's envelope with its metadata, counts, locations. */
const marginBytes = 8 * kib;

/** The most bytes of JSON that the inline workflow carries from one state to the next. */
export const inlineStateBytes = statesLimits.payloadBytes - marginBytes;

/** A place in `also`, with its comma. */
const placeBytes = 8;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * The most bytes that the results of these items may take in the state. An image that is named again costs its place
 * only: it is classified once, and its further places travel in `also`.
 */
export function worstCaseResultBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, { image, also }) => {
    const reference = jsonBytes(image);
    // An error's sentence may quote the reference once more.
    const answer = Math.max(topK * apiLimits.resultBytesPerPrediction, reference);
    return sum + apiLimits.resultOverheadBytes + reference + answer + also.length * placeBytes;
  }, 0);
}
