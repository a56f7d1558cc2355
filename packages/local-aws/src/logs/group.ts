import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { Stream } from "./stream.ts";

const dayMs = 86_400_000;
const extension = ".jsonl";

/** One log group: a folder with one file per stream. */
export class Group {
  readonly name: string;
  readonly arn: string;
  retentionDays: number;
  readonly #folder: string;
  readonly #onLoss: (message: string) => void;
  readonly #streams = new Map<string, Stream>();
  #loaded = false;

  constructor(name: string, arn: string, retentionDays: number, dataDir: string, onLoss: (message: string) => void) {
    this.name = name;
    this.arn = arn;
    this.retentionDays = retentionDays;
    this.#folder = path.join(dataDir, fileName(name));
    this.#onLoss = onLoss;
    mkdirSync(this.#folder, { recursive: true });
  }

  /**
   * When the group was first used, in milliseconds since 1970. If the file system stores no creation time, the last
   * change is used.
   */
  get createdAt(): number {
    const { birthtimeMs = 0, mtimeMs = Date.now() } = statSync(this.#folder, { throwIfNoEntry: false }) ?? {};
    return birthtimeMs > 0 ? birthtimeMs : mtimeMs;
  }

  /** Events before this time are no longer shown. */
  get horizon(): number {
    return this.retentionDays === 0 ? 0 : Date.now() - this.retentionDays * dayMs;
  }

  write(name: string, messages: readonly { readonly timestamp: number; readonly message: string }[]): void {
    let stream = this.#streams.get(name);
    if (!stream) {
      mkdirSync(this.#folder, { recursive: true });
      stream = new Stream(name, this.#file(name), this.#onLoss);
      this.#streams.set(name, stream);
    }
    for (const { timestamp, message } of messages) stream.write(timestamp, message);
  }

  /** Lists all streams, including those of earlier processes, after writing all buffered events to their files. */
  streams(): readonly Stream[] {
    this.#load();
    this.flush();
    const { horizon } = this;
    return [...this.#streams.values()].filter(({ lastTimestamp }) => (lastTimestamp ?? 0) >= horizon);
  }

  flush(): void {
    for (const stream of this.#streams.values()) stream.flush();
  }

  /** Removes streams whose last event is older than the retention period. */
  expire(): void {
    if (this.retentionDays === 0) return;
    const kept = new Set(this.streams());
    for (const [name, stream] of this.#streams) {
      if (kept.has(stream)) continue;
      this.#streams.delete(name);
      rmSync(stream.file, { force: true });
    }
  }

  #load(): void {
    if (this.#loaded) return;
    this.#loaded = true;
    if (!existsSync(this.#folder)) return;
    for (const file of readdirSync(this.#folder).filter((entry) => entry.endsWith(extension))) {
      const name = decodeURIComponent(file.slice(0, -extension.length));
      if (!this.#streams.has(name)) this.#streams.set(name, new Stream(name, this.#file(name), this.#onLoss));
    }
  }

  #file(name: string): string {
    return path.join(this.#folder, fileName(name) + extension);
  }
}

/**
 * Converts a name to a single path segment. Names too long for file systems are truncated and made unique by a hash.
 */
function fileName(name: string): string {
  const encoded = encodeURIComponent(name).replaceAll("*", "%2A");
  if (encoded.length <= 200) return encoded;
  return `${encoded.slice(0, 150).replace(/%.?$/, "")}-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}
