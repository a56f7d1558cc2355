import * as z from "zod";

const Top = z.array(z.object({ index: z.number().int(), label: z.string(), probability: z.number() })).min(1);

/** `golden.json`: predictions that every engine must reproduce before it may serve. `golden.rgb` holds the pixels. */
export const Golden = z.object({
  /** The most that a probability may differ between engines that compute in float. */
  tolerance: z.number().positive(),
  /** The same for the integer form of the model; absent where it has none. */
  integerTolerance: z.number().positive().optional(),
  /** Of the first picture: the sample photo. */
  top: Top,
  /** Of each further picture in `golden.rgb`, in their order. */
  others: z.array(Top).default([]),
});
export type Golden = z.infer<typeof Golden>;
