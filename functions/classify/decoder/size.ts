/** Megabytes that a function needs beside its decoders: Node, TensorFlow and the model, eight fetched images. */
const functionMb = 1_024;
/** Megabytes of a decoder at its worst: idle, the memory bound of an image, and by how much that may be passed. */
const decoderMb = 704;
/** More would wait for inference, which takes the same processors. */
const most = 4;

/** How many decoders a sandbox has: one per processor, as far as its memory lets all of them reach their bound at once. */
export function decodersFor(processors: number, memoryMb: number): number {
  const fitting = Math.floor((memoryMb - functionMb) / decoderMb);
  return Math.max(1, Math.min(processors, fitting, most));
}
