import type { Aws } from "./aws.ts";
import type { Configuration } from "./configuration.ts";

/** The URL of a stored photo is asked for again before its 15 minutes are over. */
const validMs = 14 * 60_000;

/**
 * Where the picture of a reference is. A dropped photo is shown from the browser's own memory, a stored one by a URL
 * signed for it. Another URL is fetched only when the service could classify its image: this browser has to fetch it to
 * show it, and a reference that failed may point anywhere.
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

  /** Keeps the picture of an uploaded file, and the name that it had. */
  keep(image: string, file: File): void {
    this.#known.set(image, URL.createObjectURL(file));
    this.#names.set(image, file.name);
  }

  /** The name of the file that was uploaded as this image, in this page. */
  nameOf(image: string): string | undefined {
    return this.#names.get(image);
  }

  /** The URL of the picture; empty while it is being signed, undefined where there is no picture to show. */
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
        // An image that was shown is in the browser's cache; one that is drawn later needs a URL that still works.
        setTimeout(() => this.#known.delete(image), validMs);
        this.#changed();
      },
      // Without a signature there is no picture; the result is shown without it.
      () => this.#known.delete(image),
    );
    return "";
  }
}
