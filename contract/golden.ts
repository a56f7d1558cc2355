import * as z from "zod";

const Top = z.array(z.object({ index: z.number().int(), label: z.string(), probability: z.number() })).min(1);

/** `golden.json`: predictions that every engine must reproduce before it may serve. `golden.rgb` holds the pixels. */
export const Golden = z.object({
  /** Maximum difference of a probability between engines in float32. */
  tolerance: z.number().positive(),
  /** The same for int8; absent if the model has no integer form. */
  integerTolerance: z.number().positive().optional(),
  /** Predictions for the first picture, the sample photo. */
  top: Top,
  /** Predictions for each further picture, in the order of `golden.rgb`. */
  others: z.array(Top).default([]),
});
export type Golden = z.infer<typeof Golden>;
