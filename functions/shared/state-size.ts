import { apiLimits } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/** A place in `also`, with its comma. */
const placeBytes = 8;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The most bytes that one place's answer may take. */
function answerBytes({ image }: Item, topK: number): number {
  const reference = jsonBytes(image);
  // An error's sentence may quote the reference once more.
  const answer = Math.max(topK * apiLimits.resultBytesPerPrediction, reference);
  return apiLimits.resultOverheadBytes + reference + answer;
}

/**
 * The most bytes that the result of an item may take in the state. An image that is named again costs its place only: it
 * is classified once, and its further places travel in `also`.
 */
export function worstCaseItemBytes(item: Item, topK: number): number {
  return answerBytes(item, topK) + item.also.length * placeBytes;
}

/** The most bytes that the results of these items may take in the state. */
export function worstCaseResultBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + worstCaseItemBytes(item, topK), 0);
}

/** The most bytes that the list of all results may have, where every place has an answer of its own. */
export function worstCaseDocumentBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + answerBytes(item, topK) * (1 + item.also.length), 0);
}
