import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** The temporary storage of the function is full. A Catch can match the error by its name. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
  constructor(bytes: number, options?: ErrorOptions) {
    super(
      `The results do not fit the temporary storage of the function "reduce" after ${bytes} bytes: raise the setting "reduceStorage", or start several executions.`,
      options,
    );
  }
}

interface Chunk {
  readonly start: number;
  readonly bytes: number;
}

/**
 * A temporary file of chunks, each of which belongs to a range. The file has no name while it is used, so that nothing
 * of it is left when the process is killed.
 */
export class Chunks {
  readonly #chunks = new Map<number, Chunk[]>();
  #file: number | undefined;
  #end = 0;
  /** Used for every range that is read: a buffer for each would be garbage faster than it is collected. */
  #read = Buffer.alloc(0);

  /** @throws StorageFull */
  append(range: number, bytes: Uint8Array): void {
    this.#file ??= openUnnamed();
    for (let written = 0; written < bytes.length; ) {
      written += this.#write(this.#file, bytes.subarray(written), this.#end + written);
    }
    const chunk = { start: this.#end, bytes: bytes.length };
    const known = this.#chunks.get(range);
    if (known) known.push(chunk);
    else this.#chunks.set(range, [chunk]);
    this.#end += bytes.length;
  }

  /** The chunks of a range one after the other, with `last` behind them. They are valid until the next call. */
  read(range: number, last: Uint8Array): Buffer {
    const chunks = this.#chunks.get(range) ?? [];
    const length = chunks.reduce((sum, { bytes }) => sum + bytes, last.length);
    if (length > this.#read.length) this.#read = Buffer.allocUnsafeSlow(length);
    const all = this.#read.subarray(0, length);
    let end = 0;
    for (const { start, bytes } of chunks) {
      for (let got = 0; got < bytes; ) {
        const more = readSync(this.#file ?? -1, all, end + got, bytes - got, start + got);
        if (more === 0) throw new Error(`The temporary file of results ends before byte ${start + bytes}.`);
        got += more;
      }
      end += bytes;
    }
    all.set(last, end);
    return all;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(file: number, bytes: Uint8Array, position: number): number {
    try {
      return writeSync(file, bytes, 0, bytes.length, position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw new StorageFull(position, { cause: error });
      throw error;
    }
  }
}

function openUnnamed(): number {
  const folder = mkdtempSync(path.join(os.tmpdir(), "results-"));
  try {
    return openSync(path.join(folder, "chunks"), "w+");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
