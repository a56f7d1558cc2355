/** Milliseconds of processor time that an image may take where the call has time enough. */
export const mostProcessorMs = 5_000;
/** What every image gets, however many there are: an ordinary photo takes 20 to 200. */
export const leastProcessorMs = 500;
/** What is left for each of the other images of the call: fetching, decoding and inference of an ordinary one. */
const otherImageMs = 750;

/**
 * The processor time that decoding one image may take, so that the call still has time for the others.
 * @param remainingMs until the call has to return
 * @param images that have no result yet, this one included
 * @param decoders images that are decoded at once
 */
export function processorTime(remainingMs: number, images: number, decoders: number): number {
  const spare = remainingMs * decoders - (images - 1) * otherImageMs;
  return Math.round(Math.min(mostProcessorMs, Math.max(leastProcessorMs, spare)));
}
