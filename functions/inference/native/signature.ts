import { z } from "zod";

/** `native.json`: the names to feed and fetch in `saved_model.pb`. */
export const NativeSignature = z.object({
  /** Run once: bytes of `weights.bin` become float weights. */
  load: z.object({
    inputs: z.array(z.object({ op: z.string(), offset: z.number().int(), shape: z.array(z.number().int()) })),
    outputs: z.array(z.string()),
  }),
  /** Run for images: `pixels` (uint8) and the loaded weights, in the order of `load.outputs`. */
  run: z.object({ pixels: z.string(), weights: z.array(z.string()), output: z.string() }),
});
export type NativeSignature = z.infer<typeof NativeSignature>;
