import { prefixes } from "../../../contract/workflow.ts";
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
  /** Increases with every name that becomes known. */
  namesVersion = 0;
  readonly #aws: Aws;
  readonly #buckets: ReadonlySet<string>;
  readonly #known = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #changed: () => void;
  /** Whether a picture on another host is fetched only after the user has asked for it. */
  readonly #asks: boolean;

  constructor(aws: Aws, { buckets, deployed }: Configuration, changed: () => void) {
    this.#aws = aws;
    this.#buckets = new Set(buckets);
    this.#asks = deployed !== undefined;
    this.#changed = changed;
  }

  /** Keeps the picture of an uploaded file, and the file's name. */
  keep(image: string, file: File): void {
    this.#known.set(image, URL.createObjectURL(file));
    this.#names.set(image, file.name);
    this.namesVersion += 1;
  }

  /**
   * The name of the file that was uploaded as this image: from this page, or as the bucket knows it. Undefined until it
   * has been read, and if there is none.
   */
  nameOf(image: string): string | undefined {
    const known = this.#names.get(image);
    if (known === undefined) this.#readName(image);
    return known || undefined;
  }

  /** The same, without reading it. */
  knownName(image: string): string | undefined {
    return this.#names.get(image) || undefined;
  }

  /**
   * The URL of the picture; empty while it is being signed, undefined if there is no picture to show.
   * @param isVouched whether the service itself says that it classified the image
   */
  of(image: string, classified: boolean, isVouched = true): string | undefined {
    const known = this.#known.get(image);
    if (known !== undefined) return known;
    if (image.startsWith("s3://")) return classified ? this.#sign(image) : undefined;
    return classified && isForeign(image) && isVouched && !this.#asks ? image : undefined;
  }

  /** Whether there is a picture that is fetched only when the user asks for it: another host then sees this browser. */
  isOffered(image: string, classified: boolean, isVouched = true): boolean {
    return (this.#asks || !isVouched) && classified && isForeign(image) && !this.#known.has(image);
  }

  /** Shows the picture of an image on another host from now on. */
  show(image: string): void {
    this.#known.set(image, image);
    this.#changed();
  }

  #readName(image: string): void {
    const { bucket, key } = locationOf(image);
    if (!this.#buckets.has(bucket) || !key.startsWith(prefixes.uploads)) return;
    this.#names.set(image, "");
    this.#aws.call<{ readonly name?: string }>("s3", "HeadObject", { Bucket: bucket, Key: key }).then(
      ({ name }) => {
        if (name === undefined) return;
        this.#names.set(image, name);
        this.namesVersion += 1;
        this.#changed();
      },
      // Without a name, the image is shown by its key.
      () => {},
    );
  }

  #sign(image: string): string | undefined {
    const { bucket, key } = locationOf(image);
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

function locationOf(image: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(image) ?? [];
  return { bucket, key };
}

function isForeign(image: string): boolean {
  return /^https?:\/\//i.test(image);
}
