import { isImageName } from "../../../contract/image-names.ts";
import type { S3Location } from "../../../contract/workflow.ts";
import { PrefixEmpty, PrefixUnreadable } from "../errors.ts";
import type { Entry, EntrySource } from "./entry.ts";
import type { SourceObjects } from "./source-objects.ts";

/** The image objects below a prefix, in the order in which S3 lists keys: that of their UTF-8 bytes. */
export class Prefix implements EntrySource {
  readonly #location: S3Location;
  readonly #objects: Pick<SourceObjects, "keys">;
  #skipped = 0;

  constructor(location: S3Location, objects: Pick<SourceObjects, "keys">) {
    this.#location = location;
    this.#objects = objects;
  }

  get skipped(): number {
    return this.#skipped;
  }

  /** @throws PrefixEmpty, PrefixUnreadable */
  async *entries(): AsyncGenerator<Entry> {
    const { bucket } = this.#location;
    let found = false;
    for await (const keys of this.#pages()) {
      for (const key of keys) {
        if (!isImageName(key)) {
          this.#skipped += 1;
          continue;
        }
        found = true;
        yield { image: `s3://${bucket}/${key}` };
      }
    }
    if (found) return;
    throw new PrefixEmpty(
      this.#skipped === 0
        ? `There is no object below "${this.#name}": check the prefix.`
        : `Below "${this.#name}", no object is an image by its name (${this.#skipped} were skipped): check the prefix.`,
    );
  }

  async *#pages(): AsyncGenerator<readonly string[]> {
    try {
      yield* this.#objects.keys(this.#location);
    } catch (error) {
      const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
      const status = $metadata?.httpStatusCode;
      if (status !== 403 && status !== 404) throw error;
      const why =
        status === 404
          ? "there is no such bucket"
          : `S3 denies access (${name}): grant s3:ListBucket to the role of "map"`;
      throw new PrefixUnreadable(`The prefix "${this.#name}" cannot be listed: ${why}.`, { cause: error });
    }
  }

  get #name(): string {
    return `s3://${this.#location.bucket}/${this.#location.key}`;
  }
}
