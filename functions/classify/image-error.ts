import type { ImageErrorCode } from "../../contract/errors.ts";

/** An image that cannot be classified: it becomes the `error` of its result, never the failure of its batch. */
export class ImageError extends Error {
  readonly code: ImageErrorCode;
  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ImageError";
    this.code = code;
  }
}
