import * as z from "zod";

/** `golden.json`: predictions that every engine must reproduce before it may serve. `golden.rgb` holds the pixels. */
export const Golden = z.object({
  /** The most that a probability may differ. */
  tolerance: z.number().positive(),
  top: z.array(z.object({ index: z.number().int(), label: z.string(), probability: z.number() })).min(1),
});
export type Golden = z.infer<typeof Golden>;
