import type { ImageErrorCode } from "../../contract/errors.ts";
import { CodedError } from "../../lib/coded-error.ts";

/** An image that cannot be classified: it becomes the `error` of its result, never the failure of its batch. */
export class ImageError extends CodedError<ImageErrorCode> {
  override readonly name = "ImageError";
}
