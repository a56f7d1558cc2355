import * as z from "zod";

const place = { op: z.string(), offset: z.number().int(), shape: z.array(z.number().int()) };

/** `native.json`: how `saved_model.pb` is fed. Each weight is an input of the graph; its bytes are in `weights.bin`. */
export const NativeSignature = z.object({
  /** RGB bytes, [N, size, size, 3]. */
  pixels: z.string(),
  /** Weights that the graph takes as floats. */
  weights: z.array(
    z.object({
      op: place.op,
      offset: place.offset,
      shape: place.shape,
      /** For bytes: real = byte * scale + minimum. Absent for 32-bit floats. */
      quantised: z.object({ scale: z.number(), minimum: z.number() }).optional(),
    }),
  ),
  /** Weights that the graph takes as they are in the file, signed bytes. Each begins at a multiple of 64. */
  mapped: z.array(z.object(place)).default([]),
  output: z.string(),
  /** The graph stands as TensorFlow's optimiser would leave it: a session need not run it. */
  optimised: z.boolean(),
});
export type NativeSignature = z.infer<typeof NativeSignature>;
