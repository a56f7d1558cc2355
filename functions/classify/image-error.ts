import type { ImageErrorCode } from "../../contract/errors.ts";
import { CodedError } from "../../lib/coded-error.ts";
import { printable, withoutSecrets } from "../../lib/printable.ts";

/** An image that cannot be classified: this becomes the `error` of its result and never fails its batch. */
export class ImageError extends CodedError<ImageErrorCode> {
  override readonly name = "ImageError";
  /** Present if another attempt may succeed, after this many milliseconds at the earliest. */
  readonly again: { readonly afterMs: number } | undefined;

  /** @param message may contain text from hosts and libraries, which is made printable */
  constructor(code: ImageErrorCode, message: string, options: ErrorOptions & Pick<Partial<ImageError>, "again"> = {}) {
    super(code, printable(withoutSecrets(message)), options);
    this.again = options.again;
  }
}
