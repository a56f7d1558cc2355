import { apiLimits, mib } from "../../contract/limits.ts";
import type { Item } from "../../contract/workflow.ts";

/** An index in `duplicates`, with its comma. */
const indexBytes = 8;

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Maximum size in bytes of the result at one index. */
function resultBytes({ image }: Item, topK: number): number {
  const { resultOverheadBytes, resultBytesPerPrediction, errorSentenceBytes } = apiLimits;
  return resultOverheadBytes + jsonBytes(image) + Math.max(topK * resultBytesPerPrediction, errorSentenceBytes);
}

/**
 * Maximum size in bytes of an item's result in the state. A duplicate adds only an index: the image is
 * classified once, and its other indexes are in `duplicates`.
 */
export function worstCaseItemBytes(item: Item, topK: number): number {
  return resultBytes(item, topK) + item.duplicates.length * indexBytes;
}

/** Maximum size in bytes of the results of these items in the state. */
export function worstCaseResultBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + worstCaseItemBytes(item, topK), 0);
}

/** Maximum size in bytes of all results together, with a result at every index. */
export function worstCaseDocumentBytes(items: readonly Item[], topK: number): number {
  return items.reduce((sum, item) => sum + resultBytes(item, topK) * (1 + item.duplicates.length), 0);
}

/** Bytes of results for which a temporary storage of so many MB suffices; the rest is for file systems and repetitions. */
export function storedResultBytes(storageMb: number): number {
  return Math.floor(storageMb * mib * 0.9);
}
