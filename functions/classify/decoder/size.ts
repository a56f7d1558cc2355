/** Megabytes that the function needs in addition to its decoders: Node, TensorFlow and the model, eight fetched images. */
const functionMb = 1_024;
/** Maximum megabytes of a decoder: idle memory, the limit of an image, and the tolerance. */
const decoderMb = 704;
/** More would only wait for inference, which uses the same processors. */
const most = 4;

/** Number of decoders of a sandbox: one per processor, if its memory allows all of them to reach their limit at once. */
export function decodersFor(processors: number, memoryMb: number): number {
  const fitting = Math.floor((memoryMb - functionMb) / decoderMb);
  return Math.max(1, Math.min(processors, fitting, most));
}
