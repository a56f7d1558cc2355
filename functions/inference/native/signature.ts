import * as z from "zod";

const extent = { op: z.string(), offset: z.number().int(), shape: z.array(z.number().int()) };

/** `native.json`: the inputs and outputs of `saved_model.pb`. Each weight is an input of the graph; its bytes are in `weights.bin`. */
export const NativeSignature = z.object({
  /** RGB bytes, [N, size, size, 3]. */
  pixels: z.string(),
  /** Weights that the graph takes as floats. */
  weights: z.array(
    z.object({
      op: extent.op,
      offset: extent.offset,
      shape: extent.shape,
      /** For bytes: value = byte * scale + minimum. Absent for 32-bit floats. */
      quantised: z.object({ scale: z.number(), minimum: z.number() }).optional(),
    }),
  ),
  /** Weights that the graph takes as they are in the file, signed bytes. Each begins at a multiple of 64. */
  mapped: z.array(z.object(extent)).default([]),
  output: z.string(),
  /** The graph is already optimised, so a session can leave out TensorFlow's optimiser. */
  optimised: z.boolean(),
});
export type NativeSignature = z.infer<typeof NativeSignature>;
