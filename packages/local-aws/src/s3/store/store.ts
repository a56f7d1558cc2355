import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import { isBucketName } from "../address.ts";
import { noSuchKey } from "../error.ts";
import { type Blob, type Incoming, writeBlob } from "./blob.ts";
import type { ObjectRecord } from "./record.ts";

/** Called at the moment of writing; throws if the existing object may not be replaced. */
export type Precondition = (current: ObjectRecord | undefined) => void;

/**
 * One bucket on disk. Bytes are in `blobs/` under random names; `keys/` contains one JSON file per object, named by the
 * hash of its key, so that a key is never used as a path. An object exists if its key file exists. The key file is
 * renamed into place, so that a reader or a crash sees either the complete old object or the complete new one.
 */
export class BucketStore {
  readonly name: string;
  readonly #folder: string;
  readonly #records = new Map<string, ObjectRecord>();
  #sorted: readonly ObjectRecord[] | undefined;

  constructor(dataDir: string, name: string) {
    if (!isBucketName(name)) throw new Error(`"${name}" is not a bucket name: 3 to 63 of a-z, 0-9, "." and "-".`);
    this.name = name;
    this.#folder = path.join(dataDir, name);
    for (const folder of ["blobs", "keys", "uploads"]) mkdirSync(path.join(this.#folder, folder), { recursive: true });
    this.#load();
  }

  /**
   * When the bucket was first used, in milliseconds since 1970. If the file system stores no creation time, the last
   * change is used.
   */
  get createdAt(): number {
    const { birthtimeMs, mtimeMs } = statSync(this.#folder);
    return birthtimeMs > 0 ? birthtimeMs : mtimeMs;
  }

  /** The multipart uploads of this bucket that are in progress. */
  get uploadsFolder(): string {
    return path.join(this.#folder, "uploads");
  }

  /** Lists all objects, ordered by the UTF-8 bytes of their keys. */
  list(): readonly ObjectRecord[] {
    this.#sorted ??= [...this.#records.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    return this.#sorted;
  }

  find(key: string): ObjectRecord | undefined {
    return this.#records.get(key);
  }

  /** Stores the bytes, then replaces the object atomically if `precondition` allows it. */
  async put(
    key: string,
    incoming: Incoming,
    headers: Readonly<Record<string, string>>,
    precondition: Precondition = () => undefined,
  ): Promise<ObjectRecord> {
    const blob = randomUUID();
    const written = await writeBlob(this.#blob(blob), incoming);
    return this.adopt(key, { blob, ...written, etag: written.md5 }, headers, precondition);
  }

  /** Creates an object from a blob that is already complete. */
  adopt(
    key: string,
    { blob, size, etag, checksum }: Omit<Blob, "md5"> & { readonly blob: string; readonly etag: string },
    headers: Readonly<Record<string, string>>,
    precondition: Precondition = () => undefined,
  ): ObjectRecord {
    const current = this.#records.get(key);
    try {
      precondition(current);
    } catch (error) {
      rmSync(this.#blob(blob), { force: true });
      throw error;
    }
    const record: ObjectRecord = {
      key,
      blob,
      size,
      etag,
      headers,
      lastModified: Date.now(),
      ...(checksum === undefined ? {} : { checksum }),
    };
    const file = this.#keyFile(key);
    // Flushed first: otherwise the rename could reach the disk before the bytes that it refers to.
    writeFileSync(`${file}.new`, JSON.stringify(record), { flush: true });
    renameSync(`${file}.new`, file);
    this.#records.set(key, record);
    this.#sorted = undefined;
    if (current) rmSync(this.#blob(current.blob), { force: true });
    return record;
  }

  /** Opens the bytes of an object, which remain readable while the object is replaced. @throws AwsError "NoSuchKey" */
  async open(key: string): Promise<{ readonly record: ObjectRecord; readonly handle: FileHandle }> {
    for (;;) {
      const record = this.#records.get(key);
      if (!record) throw noSuchKey(key);
      try {
        return { record, handle: await open(this.#blob(record.blob), "r") };
      } catch (error) {
        // If the object was replaced between the two lines above, try again. If not, the blob is missing from the disk.
        if (this.#records.get(key) === record) throw error;
      }
    }
  }

  async delete(key: string): Promise<void> {
    const record = this.#records.get(key);
    if (!record) return;
    rmSync(this.#keyFile(key), { force: true });
    this.#records.delete(key);
    this.#sorted = undefined;
    await rm(this.#blob(record.blob), { force: true });
  }

  /** Returns the name and path of the file for a new blob. */
  newBlob(): { readonly blob: string; readonly file: string } {
    const blob = randomUUID();
    return { blob, file: this.#blob(blob) };
  }

  #load(): void {
    const folder = path.join(this.#folder, "keys");
    for (const name of readdirSync(folder)) {
      if (!name.endsWith(".json")) {
        rmSync(path.join(folder, name), { force: true });
        continue;
      }
      const record = JSON.parse(readFileSync(path.join(folder, name), "utf8")) as ObjectRecord;
      if (existsSync(this.#blob(record.blob))) this.#records.set(record.key, record);
    }
    // Blobs without a record remain after a crash between writing the bytes and writing the record.
    const known = new Set([...this.#records.values()].map(({ blob }) => blob));
    for (const blob of readdirSync(path.join(this.#folder, "blobs"))) {
      if (!known.has(blob)) rmSync(this.#blob(blob), { force: true });
    }
  }

  #blob(name: string): string {
    return path.join(this.#folder, "blobs", path.basename(name));
  }

  #keyFile(key: string): string {
    return path.join(this.#folder, "keys", `${createHash("sha256").update(key).digest("hex")}.json`);
  }
}
