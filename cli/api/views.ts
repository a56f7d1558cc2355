import * as z from "zod";
import type { ImageErrorCode } from "../../contract/errors.ts";
import { ExecutionView } from "../../contract/http.ts";
import { ImageFailure, ImagePrediction } from "../../contract/workflow.ts";

/** A service of a later version may have more codes, which are passed on as they are. */
const AnyCode = z.custom<ImageErrorCode>((code) => typeof code === "string", "is not a code");
const AnyFailure = ImageFailure.extend({ error: ImageFailure.shape.error.extend({ code: AnyCode }) });

/** A result as a service of any version returns it. */
export const AnyResult = z.union([ImagePrediction, AnyFailure]);
/** An execution as a service of any version returns it. */
export const AnyView = ExecutionView.extend({ results: z.array(AnyResult).optional() });
