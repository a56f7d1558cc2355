import { apiLimits, kib, statesLimits } from "../../contract/limits.ts";

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
 * The most bytes that the results of these images may take in the state. An image that is named again costs its
 * place only: it is classified once, and its further places travel in `also`.
 */
export function worstCaseResultBytes(images: readonly string[], topK: number): number {
  let bytes = 0;
  const seen = new Set<string>();
  for (const image of images) {
    if (seen.has(image)) {
      bytes += placeBytes;
      continue;
    }
    seen.add(image);
    const reference = jsonBytes(image);
    // An error's sentence may quote the reference once more.
    const answer = Math.max(topK * apiLimits.resultBytesPerPrediction, reference);
    bytes += apiLimits.resultOverheadBytes + reference + answer;
  }
  return bytes;
}
