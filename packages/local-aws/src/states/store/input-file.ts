import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";

/** What one child execution of a Map Run starts with: its input as JSON text, and how many items that holds. */
export interface ChildInput {
  readonly text: string;
  readonly items: number;
}

/** Two 64-bit numbers for each input: where its text ends, and how many items it holds. */
const entryBytes = 16;

/**
 * The inputs of a Map Run's child executions on disk, in order: `FILE` holds the texts one after the other, `FILE.index` an
 * entry of fixed size for each. Any one is read without the others, so that a run of millions needs no memory for them.
 */
export class InputFile {
  readonly #texts: string;
  readonly #index: string;

  constructor(file: string) {
    this.#texts = file;
    this.#index = `${file}.index`;
  }

  /** Replaces everything by what `inputs` yields and gives the number of inputs and of items. */
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
      // Before a record counts on them: after a loss of power it would count on nothing.
      for (const file of [texts, index]) fdatasyncSync(file);
      return { children, items };
    } finally {
      closeSync(texts);
      closeSync(index);
    }
  }

  /** The input at an index. Throws if there is none. */
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
