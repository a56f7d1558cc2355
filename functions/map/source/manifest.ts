import { apiLimits } from "../../../contract/limits.ts";
import type { S3Location } from "../../../contract/workflow.ts";
import { elementsOf, NotAList } from "../../shared/elements.ts";
import { ManifestUnreadable } from "../errors.ts";
import { columnsOf, csvEntries } from "./csv.ts";
import type { Entry, EntrySource } from "./entry.ts";
import { linesOf } from "./lines.ts";
import { jsonEntry, tooLong } from "./manifest-line.ts";
import { bytesOf } from "./object-bytes.ts";
import type { ObjectVersion, SourceObjects } from "./source-objects.ts";
import { peeked, textBytes, unreadable } from "./text-bytes.ts";

const { manifestBytes, manifestLineBytes } = apiLimits;

/**
 * The images that an object lists, as a JSON list, JSON Lines or CSV with the column "image", perhaps compressed with gzip.
 * It is read as a stream, at one version. A line that cannot be read is an entry with its problem.
 */
export class Manifest implements EntrySource {
  readonly #location: S3Location;
  readonly #objects: Pick<SourceObjects, "find" | "read">;

  constructor(location: S3Location, objects: Pick<SourceObjects, "find" | "read">) {
    this.#location = location;
    this.#objects = objects;
  }

  /** @throws ManifestUnreadable, ManifestChanged */
  async *entries(): AsyncGenerator<Entry> {
    const version = await this.#find();
    if (version.bytes > manifestBytes) {
      throw unreadable(this.#name, `it has ${version.bytes} bytes, but at most ${manifestBytes} are allowed: split it`);
    }
    const bytes = textBytes(bytesOf(version, this.#objects), { name: this.#name, mostBytes: manifestBytes });
    const { first, all } = await peeked(bytes);
    let count = 0;
    for await (const entry of this.#read(all, firstLines(first))) {
      count += 1;
      yield entry;
    }
    if (count === 0) throw unreadable(this.#name, "it lists no image");
  }

  #read(bytes: AsyncIterable<Uint8Array>, lines: readonly string[]): AsyncGenerator<Entry> {
    const [line = "", next = ""] = lines;
    if (line.startsWith("[")) return this.#list(bytes);
    const columns = line.startsWith("{") ? undefined : columnsOf(line);
    if (columns) return csvEntries(bytes, columns, this.#name);
    // The first line may be the bad one of JSON Lines.
    if (line === "" || isJson(line) || next.startsWith("{")) return this.#lines(bytes);
    throw unreadable(
      this.#name,
      'it is neither a JSON list nor JSON Lines, and its first line names no column "image": give it such a heading, or quote each image',
    );
  }

  async *#list(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
    let number = 0;
    try {
      for await (const text of elementsOf(bytes, manifestLineBytes)) {
        number += 1;
        yield jsonEntry(text, `Element ${number}`);
      }
    } catch (error) {
      if (error instanceof NotAList) throw unreadable(this.#name, error.message, { cause: error });
      throw error;
    }
  }

  async *#lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
    for await (const { text, number, ended, tooLong: long } of linesOf(bytes, manifestLineBytes)) {
      const where = `Line ${number}`;
      const line = text.trim();
      if (long) yield tooLong(line, where);
      else if (!ended && isCut(line)) throw unreadable(this.#name, `it ends within line ${number}: upload it again`);
      else if (line !== "") yield jsonEntry(line, where);
    }
  }

  async #find(): Promise<ObjectVersion> {
    try {
      return await this.#objects.find(this.#location);
    } catch (error) {
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      if (status === undefined || status < 400 || status >= 500) throw error;
      // Without the right to list a bucket, S3 says of a missing object that access is denied.
      const why =
        status === 403
          ? "there is no such object, or S3 denies access to it"
          : status === 404
            ? "there is no such object"
            : `S3 responded with ${status}`;
      throw new ManifestUnreadable(`The manifest "${this.#name}" cannot be read: ${why}.`, { cause: error });
    }
  }

  get #name(): string {
    return `s3://${this.#location.bucket}/${this.#location.key}`;
  }
}

/** The first two lines that are not blank, or their beginning. */
function firstLines(piece: Uint8Array): readonly string[] {
  const text = Buffer.from(piece.subarray(0, manifestLineBytes)).toString().trimStart();
  return text.split(/\s*[\r\n]\s*/, 2);
}

/** Whether a line looks like JSON; one that is damaged is a bad line, not another format. */
const isJson = (line: string): boolean => /^[{"]|^(?:null|true|false|-?\d[\d.eE+-]*)$/.test(line.trim());

/** Whether the last line ends within an object or a text. */
const isCut = (line: string): boolean =>
  (line.startsWith("{") && !line.endsWith("}")) || (line.startsWith('"') && (line.length < 2 || !line.endsWith('"')));
