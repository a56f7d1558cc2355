/** Milliseconds that decoding one image may take. */
export interface DecodeBounds {
  readonly processorMs: number;
  /** By the clock, as far as the sandbox is awake. */
  readonly wallMs: number;
}

/** Milliseconds of processor time that an image may take where the call has time enough. */
const mostProcessorMs = 5_000;
/** What every image gets, however many there are: an ordinary photo takes 20 to 200. */
const leastProcessorMs = 500;
/** What is left for each of the other images of the call: fetching, decoding and inference of an ordinary one. */
const otherImageMs = 750;
/** An image may take this many times its processor time: its decoder waits for a processor, or for what never comes. */
const wallFactor = 4;

/** What an image may take in a call that has time for it. */
export const mostBounds: DecodeBounds = { processorMs: mostProcessorMs, wallMs: mostProcessorMs * wallFactor };

/**
 * What decoding one image may take, so that the call still has time for the others: processor time as far as the others do not need
 * it, and by the clock no more than an equal part, because a busy machine gives little processor time per second.
 * @param remainingMs until the call has to return
 * @param images that share the time and are not decoded yet, this one included
 * @param decoders images that are decoded at once
 */
export function boundsFor(remainingMs: number, images: number, decoders: number): DecodeBounds {
  const time = Math.max(0, remainingMs) * decoders;
  const spare = time - (images - 1) * otherImageMs;
  const processorMs = Math.round(Math.min(mostProcessorMs, Math.max(leastProcessorMs, spare)));
  const wallMs = Math.round(Math.min(processorMs * wallFactor, Math.max(leastProcessorMs * wallFactor, time / images)));
  return { processorMs: Math.min(processorMs, wallMs), wallMs };
}
