import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { Configuration } from "./configuration.ts";

/** Seconds that the URL of a stored photo is good for: longer than a page is looked at without a reload. */
const validSeconds = 12 * 3_600;

/**
 * Where the picture of a reference is. A dropped photo is shown from the browser's own memory, a stored one by a URL
 * signed for it. Another address is asked for only when the service could classify what is there: to show it, this
 * browser must fetch it, and a failed one may point anywhere.
 */
export class Thumbnails {
  readonly #client: S3Client;
  readonly #buckets: ReadonlySet<string>;
  readonly #known = new Map<string, string>();
  readonly #changed: () => void;

  constructor({ region, endpoint, credentials, buckets }: Configuration, changed: () => void) {
    this.#client = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
    this.#buckets = new Set(buckets);
    this.#changed = changed;
  }

  keep(image: string, file: Blob): void {
    this.#known.set(image, URL.createObjectURL(file));
  }

  /** The address of the picture; empty while it is being signed, undefined where there is none to show. */
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
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    getSignedUrl(this.#client, command, { expiresIn: validSeconds }).then(
      (url) => {
        this.#known.set(image, url);
        this.#changed();
      },
      // Without a signature there is no picture; the result beside it is there all the same.
      () => this.#known.delete(image),
    );
    return "";
  }
}
