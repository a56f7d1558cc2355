import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";

/** The input of one child execution of a Map Run: the JSON text, and the number of items in it. */
export interface ChildInput {
  readonly text: string;
  readonly items: number;
}

/** The entry for each input consists of two 64-bit numbers: the end offset of its text, and the number of its items. */
const entryBytes = 16;

/**
 * Stores the inputs of a Map Run's child executions on disk, in order. `FILE` contains the texts one after the other,
 * and `FILE.index` an entry of fixed size for each. Any input can be read without the others, so a run with millions of
 * inputs does not have to keep them in memory.
 */
export class InputFile {
  readonly #texts: string;
  readonly #index: string;

  constructor(file: string) {
    this.#texts = file;
    this.#index = `${file}.index`;
  }

  /** Replaces the contents by everything that `inputs` yields and returns the number of inputs and of items. */
  async write(inputs: AsyncIterable<ChildInput>): Promise<{ readonly children: number; readonly items: number }> {
    const [texts, index] = [openSync(this.#texts, "w"), openSync(this.#index, "w")];
    let [children, items, end] = [0, 0, 0];
    try {
      for await (const input of inputs) {
        const bytes = Buffer.from(input.text);
        const entry = Buffer.alloc(entryBytes);
        end += bytes.length;
        entry.writeBigUInt64LE(BigInt(end), 0);
        entry.writeBigUInt64LE(BigInt(input.items), 8);
        writeSync(texts, bytes);
        writeSync(index, entry);
        children += 1;
        items += input.items;
      }
      // Sync before any record refers to these files: after a power failure, the record could otherwise refer to
      // missing data.
      for (const file of [texts, index]) fdatasyncSync(file);
      return { children, items };
    } finally {
      closeSync(texts);
      closeSync(index);
    }
  }

  /** Returns the input at an index. Throws if there is none. */
  read(position: number): ChildInput {
    const [first, entries] = position === 0 ? [0, 1] : [position - 1, 2];
    const found = withFile(this.#index, "r", (index) => bytesAt(index, first * entryBytes, entries * entryBytes));
    const start = position === 0 ? 0 : Number(found.readBigUInt64LE(0));
    const own = (entries - 1) * entryBytes;
    const end = Number(found.readBigUInt64LE(own));
    const text = withFile(this.#texts, "r", (texts) => bytesAt(texts, start, end - start)).toString("utf8");
    return { text, items: Number(found.readBigUInt64LE(own + 8)) };
  }
}

function withFile<Value>(file: string, flags: string, work: (descriptor: number) => Value): Value {
  const descriptor = openSync(file, flags);
  try {
    return work(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function bytesAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, position);
  if (read < length) throw new Error(`The Map Run's inputs end after ${read} of ${length} bytes at ${position}.`);
  return bytes;
}
