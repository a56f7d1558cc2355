const [newline, carriageReturn] = [0x0a, 0x0d];

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

/**
 * The lines of a text in UTF-8, each with at most `mostBytes` bytes in memory. A line ends with a line feed, a carriage
 * return, or both.
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  let number = 1;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let afterReturn = false;
  const hold = (bytes: Uint8Array): void => {
    if (heldBytes <= mostBytes) held.push(bytes);
    heldBytes += bytes.length;
  };
  const take = (ended: boolean): Line => {
    const bytes = Buffer.concat(held).subarray(0, mostBytes);
    const line = { text: bytes.toString(), number, ended, tooLong: heldBytes > mostBytes };
    number += 1;
    held = [];
    heldBytes = 0;
    return line;
  };
  for await (const piece of pieces) {
    let start = afterReturn && piece[0] === newline ? 1 : 0;
    if (piece.length > 0) afterReturn = false;
    const endOfLine = lineEndsOf(piece);
    for (let end = endOfLine(start); end !== -1; end = endOfLine(start)) {
      hold(piece.subarray(start, end));
      yield take(true);
      start = end + 1;
      if (piece[end] === newline) continue;
      if (start === piece.length) afterReturn = true;
      else if (piece[start] === newline) start += 1;
    }
    if (start < piece.length) hold(piece.subarray(start));
  }
  if (heldBytes > 0) yield take(false);
}

/**
 * Finds where the first line from a position on ends; -1 if it goes on behind the piece. Positions must not fall. What was
 * found of one character is remembered while lines end with the other one, so that a piece takes the time of its length.
 */
export function lineEndsOf(piece: Uint8Array): (start: number) => number {
  const next = (character: number): ((start: number) => number) => {
    let found = -1;
    return (start) => {
      if (found < start) {
        const at = piece.indexOf(character, start);
        found = at === -1 ? Number.POSITIVE_INFINITY : at;
      }
      return found;
    };
  };
  const [nextFeed, nextReturn] = [next(newline), next(carriageReturn)];
  return (start) => {
    const end = Math.min(nextFeed(start), nextReturn(start));
    return end === Number.POSITIVE_INFINITY ? -1 : end;
  };
}
