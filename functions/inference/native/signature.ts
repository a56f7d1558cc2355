import * as z from "zod";

/** `native.json`: how `saved_model.pb` is fed. Each weight is an input of the graph; its bytes are in `weights.bin`. */
export const NativeSignature = z.object({
  /** RGB bytes, [N, size, size, 3]. */
  pixels: z.string(),
  weights: z.array(
    z.object({
      op: z.string(),
      offset: z.number().int(),
      shape: z.array(z.number().int()),
      /** For bytes: real = byte * scale + minimum. Absent for 32-bit floats. */
      quantised: z.object({ scale: z.number(), minimum: z.number() }).optional(),
    }),
  ),
  output: z.string(),
  /** The graph stands as TensorFlow's optimiser would leave it: a session need not run it. */
  optimised: z.boolean(),
});
export type NativeSignature = z.infer<typeof NativeSignature>;
