/** A result as it is spilled: its index is apart from its text, so that all indexes of an image can share the text. */
export interface SpilledResult {
  readonly index: number;
  /** Of two results of one index the one with the higher rank is kept. */
  readonly rank: Rank;
  /** The result was made for this index; at the others of the same image it is repeated. */
  readonly first: boolean;
  /** The image may be classified if it is tried again. */
  readonly transient: boolean;
  /** The result's JSON after `{"index":…,`. */
  readonly text: Uint8Array;
}

/** An error of an earlier execution, an error, a prediction. */
export const ranks = { earlierError: 0, error: 1, prediction: 2 } as const;
export type Rank = (typeof ranks)[keyof typeof ranks];

/** Index, flags and length of the text. */
const headerBytes = 9;
const [firstFlag, transientFlag, rankBits] = [0x80, 0x40, 0x03];

/** A result before it is spilled. Its text is encoded where it is written: a million buffers would be garbage. */
export interface NewResult extends Omit<SpilledResult, "text"> {
  readonly text: string;
}

export function recordBytes({ text }: Pick<NewResult, "text">): number {
  return headerBytes + Buffer.byteLength(text);
}

/** Writes a record and returns where it ends. */
export function writeRecord(target: Buffer, at: number, { index, rank, first, transient, text }: NewResult): number {
  const bytes = target.write(text, at + headerBytes);
  target.writeUInt32LE(index, at);
  target[at + 4] = rank | (first ? firstFlag : 0) | (transient ? transientFlag : 0);
  target.writeUInt32LE(bytes, at + 5);
  return at + headerBytes + bytes;
}

/** The records in a buffer. Their texts are parts of it. */
export function* recordsIn(source: Buffer): Generator<SpilledResult> {
  for (let at = 0; at < source.length; ) {
    const flags = source[at + 4] ?? 0;
    const end = at + headerBytes + source.readUInt32LE(at + 5);
    yield {
      index: source.readUInt32LE(at),
      rank: (flags & rankBits) as Rank,
      first: (flags & firstFlag) !== 0,
      transient: (flags & transientFlag) !== 0,
      text: source.subarray(at + headerBytes, end),
    };
    at = end;
  }
}
