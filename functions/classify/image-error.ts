import type { ImageErrorCode } from "../../contract/errors.ts";
import { CodedError } from "../../lib/coded-error.ts";
import { printable, withoutSecrets } from "../../lib/printable.ts";

/** An image that cannot be classified: it becomes the `error` of its result, never the failure of its batch. */
export class ImageError extends CodedError<ImageErrorCode> {
  override readonly name = "ImageError";

  /** @param message may quote hosts and libraries: what they say is made fit to be seen */
  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(code, printable(withoutSecrets(message)), options);
  }
}
