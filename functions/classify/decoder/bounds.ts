/** Milliseconds that decoding one image may take. */
export interface DecodeBounds {
  readonly processorMs: number;
  /** Wall-clock time, counted only while the sandbox is awake. */
  readonly wallMs: number;
}

/** Milliseconds of processor time that an image may take if the call has enough time. */
const mostProcessorMs = 5_000;
/** Milliseconds that every image gets, however many there are. An ordinary photo takes 20 to 200. */
const leastProcessorMs = 500;
/** Milliseconds reserved for each of the call's other images: to fetch, decode and classify an ordinary one. */
const otherImageMs = 750;
/** Ratio of the wall-clock limit to the processor limit. A decoder may have to wait for a processor, or it may hang. */
const wallFactor = 4;

/** The bounds of an image in a call that has enough time. */
export const mostBounds: DecodeBounds = { processorMs: mostProcessorMs, wallMs: mostProcessorMs * wallFactor };

/**
 * The bounds of one image that leave the call enough time for the others. The image gets the processor time that the
 * others do not need, but no more than an equal share of the wall-clock time, because a busy machine gives little
 * processor time per second.
 * @param remainingMs time until the call has to return
 * @param images number of images that share the time and are not decoded yet, including this one
 * @param decoders number of images that are decoded at once
 */
export function boundsFor(remainingMs: number, images: number, decoders: number): DecodeBounds {
  const time = Math.max(0, remainingMs) * decoders;
  const spare = time - (images - 1) * otherImageMs;
  const processorMs = Math.round(Math.min(mostProcessorMs, Math.max(leastProcessorMs, spare)));
  const wallMs = Math.round(Math.min(processorMs * wallFactor, Math.max(leastProcessorMs * wallFactor, time / images)));
  return { processorMs: Math.min(processorMs, wallMs), wallMs };
}
