import type { Aws } from "./aws.ts";
import type { Configuration } from "./configuration.ts";

/** The URL of a stored photo is renewed before its 15 minutes have passed. */
const validMs = 14 * 60_000;

/**
 * Finds the picture for a reference. A dropped photo is shown from the browser's memory, and a stored photo through a
 * presigned URL. Any other URL is fetched only if the service was able to classify its image: to show a picture this
 * browser has to fetch it, and a reference that failed may point anywhere.
 */
export class Thumbnails {
  readonly #aws: Aws;
  readonly #buckets: ReadonlySet<string>;
  readonly #known = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #changed: () => void;

  constructor(aws: Aws, { buckets }: Configuration, changed: () => void) {
    this.#aws = aws;
    this.#buckets = new Set(buckets);
    this.#changed = changed;
  }

  /** Keeps the picture of an uploaded file, and the file's name. */
  keep(image: string, file: File): void {
    this.#known.set(image, URL.createObjectURL(file));
    this.#names.set(image, file.name);
  }

  /** The name of the file that was uploaded as this image from this page. */
  nameOf(image: string): string | undefined {
    return this.#names.get(image);
  }

  /** The URL of the picture; empty while it is being signed, undefined if there is no picture to show. */
  of(image: string, classified: boolean): string | undefined {
    const known = this.#known.get(image);
    if (known !== undefined) return known;
    if (image.startsWith("s3://")) return classified ? this.#sign(image) : undefined;
    return classified && /^https?:\/\//i.test(image) ? image : undefined;
  }

  #sign(image: string): string | undefined {
    const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(image) ?? [];
    if (!this.#buckets.has(bucket)) return undefined;
    this.#known.set(image, "");
    this.#aws.call<{ readonly url: string }>("s3", "GetObject", { Bucket: bucket, Key: key }).then(
      ({ url }) => {
        this.#known.set(image, url);
        // The browser caches an image that it has shown. An image that is drawn later needs a URL that is still valid.
        setTimeout(() => this.#known.delete(image), validMs);
        this.#changed();
      },
      // If signing fails, the result is shown without a picture.
      () => this.#known.delete(image),
    );
    return "";
  }
}
