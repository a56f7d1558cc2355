import { createHash, randomUUID } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { invalid, noSuchUpload } from "../error.ts";
import { type Incoming, writeBlob } from "./blob.ts";
import type { ObjectRecord } from "./record.ts";
import type { BucketStore, Precondition } from "./store.ts";

const maxParts = 10_000;
const minPartBytes = 5 * 1024 ** 2;

export interface Part {
  readonly number: number;
  /** MD5 in hex. */
  readonly etag: string;
  readonly size: number;
  readonly lastModified: number;
}

interface Upload {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The multipart uploads of one bucket. Each has a folder, which is removed when the upload is completed or aborted. */
export class Uploads {
  readonly #store: BucketStore;

  constructor(store: BucketStore) {
    this.#store = store;
  }

  /** Lists the uploads that were neither completed nor aborted, ordered by key and start time. */
  get all(): readonly { readonly id: string; readonly key: string; readonly startedAt: number }[] {
    return readdirSync(this.#store.uploadsFolder)
      .map((id) => ({ id, folder: path.join(this.#store.uploadsFolder, id) }))
      .filter(({ folder }) => existsSync(path.join(folder, "upload.json")))
      .map(({ id, folder }) => ({
        id,
        key: this.#describe(folder).key,
        startedAt: statSync(path.join(folder, "upload.json")).mtimeMs,
      }))
      .sort((a, b) => (a.key === b.key ? a.startedAt - b.startedAt : a.key < b.key ? -1 : 1));
  }

  create(key: string, headers: Readonly<Record<string, string>>): string {
    const id = randomUUID();
    const folder = path.join(this.#store.uploadsFolder, id);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "upload.json"), JSON.stringify({ key, headers } satisfies Upload));
    return id;
  }

  async putPart(key: string, id: string, number: number, incoming: Incoming): Promise<Part> {
    const folder = this.#folder(key, id);
    if (!Number.isInteger(number) || number < 1 || number > maxParts) {
      throw invalid("InvalidArgument", `The part number is ${number}; it must lie between 1 and ${maxParts}.`);
    }
    const file = path.join(folder, `${randomUUID()}.part`);
    const { md5, size } = await writeBlob(file, incoming);
    // The file's name contains all metadata of the part, so that bytes and metadata appear atomically.
    for (const old of this.#files(folder).filter((part) => part.number === number)) await rm(old.file, { force: true });
    renameSync(file, path.join(folder, `${number}-${md5}-${size}`));
    return { number, etag: md5, size, lastModified: Date.now() };
  }

  parts(key: string, id: string): readonly Part[] {
    return this.#files(this.#folder(key, id));
  }

  /** Joins the given parts to form the object. @throws AwsError "InvalidPart" "InvalidPartOrder" "EntityTooSmall" */
  async complete(
    key: string,
    id: string,
    wanted: readonly { readonly number: number; readonly etag: string }[],
    precondition: Precondition,
  ): Promise<ObjectRecord> {
    const folder = this.#folder(key, id);
    const { headers } = this.#describe(folder);
    const present = new Map(this.#files(folder).map((part) => [part.number, part]));
    if (wanted.length === 0) throw invalid("MalformedXML", "A multipart upload is completed by at least one part.");
    const chosen = wanted.map(({ number, etag }, at) => {
      const part = present.get(number);
      if (part?.etag !== etag.replaceAll('"', "")) {
        throw invalid("InvalidPart", `Part ${number} was not uploaded, or its ETag is another one.`);
      }
      if (number <= (wanted[at - 1]?.number ?? 0)) {
        throw invalid("InvalidPartOrder", "The parts are not named in ascending order.");
      }
      if (at < wanted.length - 1 && part.size < minPartBytes) {
        throw invalid(
          "EntityTooSmall",
          `Part ${number} has ${part.size} bytes; all but the last need ${minPartBytes}.`,
        );
      }
      return part;
    });
    const { blob, file } = this.#store.newBlob();
    const { size } = await writeBlob(file, {
      bytes: concatenated(chosen.map((part) => part.file)),
      maxBytes: Infinity,
    });
    const digest = createHash("md5");
    for (const { etag } of chosen) digest.update(Buffer.from(etag, "hex"));
    const etag = `${digest.digest("hex")}-${chosen.length}`;
    const record = this.#store.adopt(key, { blob, size, etag }, headers, precondition);
    await rm(folder, { recursive: true, force: true });
    return record;
  }

  async abort(key: string, id: string): Promise<void> {
    await rm(this.#folder(key, id), { recursive: true, force: true });
  }

  #folder(key: string, id: string): string {
    // The identifier comes from a URL: only an identifier that this store issued may become a path.
    if (!/^[0-9a-f-]{36}$/.test(id)) throw noSuchUpload();
    const folder = path.join(this.#store.uploadsFolder, id);
    if (!existsSync(path.join(folder, "upload.json")) || this.#describe(folder).key !== key) throw noSuchUpload();
    return folder;
  }

  #describe(folder: string): Upload {
    return JSON.parse(readFileSync(path.join(folder, "upload.json"), "utf8")) as Upload;
  }

  #files(folder: string): readonly (Part & { readonly file: string })[] {
    return readdirSync(folder)
      .flatMap((name) => {
        const match = /^(\d+)-([0-9a-f]{32})-(\d+)$/.exec(name);
        if (!match) return [];
        const [number, etag, size] = [Number(match[1]), match[2] ?? "", Number(match[3])];
        return [
          {
            number,
            etag,
            size,
            lastModified: statSync(path.join(folder, name)).mtimeMs,
            file: path.join(folder, name),
          },
        ];
      })
      .sort((a, b) => a.number - b.number);
  }
}

async function* concatenated(files: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Uint8Array>;
}
