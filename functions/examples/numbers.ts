import * as z from "zod";

/** The data that the functions of the workflow `branch-map-reduce` pass to each other. */
export const StartInput = z.object({
  numbers: z.array(z.number()).min(1).max(1_000).default([1, 2, 3, 4, 5, 6, 7, 8]),
});
export const Numbers = z.object({ numbers: z.array(z.number()) });
export type Numbers = z.infer<typeof Numbers>;

export const BranchInput = z.object({ branch: z.number().int().min(1), input: Numbers });
export const BranchOutput = z.object({ branch: z.number().int(), count: z.number().int(), sum: z.number() });
export type BranchOutput = z.infer<typeof BranchOutput>;
