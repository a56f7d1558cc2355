const newline = 0x0a;

/** A line of a text, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** False for the last line if no line end follows it. */
  readonly ended: boolean;
  /** The line has more bytes than allowed, and `text` is its beginning. */
  readonly tooLong: boolean;
}

/** The lines of a text in UTF-8, each with at most `mostBytes` bytes in memory. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const hold = (bytes: Uint8Array): void => {
    if (heldBytes <= mostBytes) held.push(bytes);
    heldBytes += bytes.length;
  };
  const take = (ended: boolean): Line => {
    const bytes = Buffer.concat(held).subarray(0, mostBytes);
    const line = { text: bytes.toString().replace(/\r$/, ""), number, ended, tooLong: heldBytes > mostBytes };
    number += 1;
    held = [];
    heldBytes = 0;
    return line;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      hold(piece.subarray(start, end));
      yield take(true);
      start = end + 1;
    }
    if (start < piece.length) hold(piece.subarray(start));
  }
  if (heldBytes > 0) yield take(false);
}
