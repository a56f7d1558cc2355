import { CodedError } from "../lib/coded-error.ts";

export type ReviewErrorCode = "Usage" | "UnknownBase" | "CannotUnpack" | "CannotInstall" | "BadPreview" | "GitHub";

/** The review cannot be made as requested. */
export class ReviewError extends CodedError<ReviewErrorCode> {
  override readonly name = "ReviewError";
}
