import * as z from "zod";

/** What a Task of a workflow says about the call that it makes, in the field "call" of its payload. */
export const CallOrigin = z.object({
  /** ARN of the execution, which may be a child of a Map Run. */
  execution: z.string().min(1),
  state: z.string().min(1),
  /** How often the Task was retried before this call. */
  attempt: z.number().int().nonnegative(),
});
export type CallOrigin = z.infer<typeof CallOrigin>;

/** The `message` of the line that a function logs when a call begins. */
export const callMessage = "call";

/**
 * The line that a function logs once per call, when it begins. The console joins the log with the attempts of an
 * execution by it. The fields of `CallOrigin` are absent if the caller gave none.
 */
export const CallLine = CallOrigin.partial().extend({
  message: z.literal(callMessage),
  /** Lambda's id of the call, which is also in the history of a Task that succeeded. */
  requestId: z.string(),
  /** Name of the execution that the request started, also in a child of its Map Run. */
  executionId: z.string().optional(),
  /** Index of the first image, of a call that has images. */
  firstIndex: z.number().int().nonnegative().optional(),
  images: z.number().int().positive().optional(),
});
export type CallLine = z.infer<typeof CallLine>;

/**
 * The `message` of the line that a function logs after a call failed: which bundle its stack refers to, so that the
 * positions can be translated where that bundle was built. Fields: `file` in the image, `sha256` of its contents.
 */
export const bundleMessage = "bundle";
