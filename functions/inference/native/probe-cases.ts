import * as z from "zod";

/** Each case runs on a batch of two pictures. */
export const picturesPerCase = 2;

/** A convolution of the probe: one kernel shape of the network on small pictures. */
export const ProbeCase = z.object({
  /** Names of the graph's nodes: the pictures, [2, height, width, inputs] bytes, and their sums, 32-bit integers. */
  input: z.string(),
  output: z.string(),
  /** Height and width, like all pairs below. */
  size: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  window: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  stride: z.tuple([z.number().int().positive(), z.number().int().positive()]),
  padding: z.enum(["SAME", "VALID"]),
  inputs: z.number().int().positive(),
  outputs: z.number().int().positive(),
  /** The value of every weight. */
  weight: z.number().int().min(-127).max(127),
});
export type ProbeCase = z.infer<typeof ProbeCase>;

/** `int8/probe/cases.json`, which describes the `saved_model.pb` beside it. */
export const ProbeCases = z.array(ProbeCase).min(1);
