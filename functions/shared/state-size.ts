import { apiLimits } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/** An index in `also`, with its comma. */
const indexBytes = 8;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The most bytes that the result of one index may take. */
function resultBytes({ image }: Item, topK: number): number {
  const { resultOverheadBytes, resultBytesPerPrediction, errorSentenceBytes } = apiLimits;
  return resultOverheadBytes + jsonBytes(image) + Math.max(topK * resultBytesPerPrediction, errorSentenceBytes);
}

/**
 * The most bytes that the result of an item may take in the state. An image that is named again costs an index only: it
 * is classified once, and its further indexes travel in `also`.
 */
export function worstCaseItemBytes(item: Item, topK: number): number {
  return resultBytes(item, topK) + item.also.length * indexBytes;
}

/** The most bytes that the results of these items may take in the state. */
export function worstCaseResultBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + worstCaseItemBytes(item, topK), 0);
}

/** The most bytes that the list of all results may have, where every index has its result. */
export function worstCaseDocumentBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + resultBytes(item, topK) * (1 + item.also.length), 0);
}
