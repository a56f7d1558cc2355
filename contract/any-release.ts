import * as z from "zod";
import type { ImageErrorCode } from "./errors.ts";
import { ExecutionView } from "./http.ts";
import { BatchResult, ImageFailure, ImagePrediction, ItemResult, Outcome } from "./workflow.ts";

/**
 * Results as a client reads them, whose checkout may be older than the stack: an error code that is unknown here is
 * passed on as it is.
 */
const AnyCode = z.custom<ImageErrorCode>((code) => typeof code === "string", "is not a code");
const error = ImageFailure.shape.error.extend({ code: AnyCode });
const [ItemPrediction, ItemFailure] = ItemResult.options;

export const AnyResult = z.union([ImagePrediction, ImageFailure.extend({ error })]);
export const AnyBatchResult = BatchResult.extend({
  results: z.array(z.union([ItemPrediction, ItemFailure.extend({ error })])),
});
export const AnyOutcome = Outcome.extend({ results: z.array(AnyResult).optional() });
export const AnyView = ExecutionView.extend({ results: z.array(AnyResult).optional() });
