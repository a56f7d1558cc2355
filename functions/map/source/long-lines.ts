import { apiLimits, kib } from "../../../contract/limits.ts";
import { lineEndsOf } from "./lines.ts";
import { unreadable } from "./text-bytes.ts";

const quote = 0x22;
const most = apiLimits.manifestLineBytes;

/** What is left of a line that is too long; no text contains it. */
export const longLine = "\0";

/**
 * A text in which each line with more bytes than allowed is only `longLine`, so that a parser goes on behind it.
 * @throws ManifestUnreadable if a quotation does not end in such a line: nothing says where the next row begins.
 */
export async function* withoutLongLines(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  /** The beginning of a line whose end has not arrived. */
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let [long, quotes] = [false, 0];
  const drop = (bytes: Uint8Array): void => {
    for (const each of [...held, bytes]) quotes += count(each);
    [held, heldBytes, long] = [[], 0, true];
  };
  const finish = (): Uint8Array => {
    if (quotes % 2 !== 0)
      throw unreadable(name, `a line has more than ${most / kib} KiB, and its quotation does not end`);
    [long, quotes] = [false, 0];
    return Buffer.from(longLine);
  };
  for await (const piece of pieces) {
    /** Where the line begins, and what was passed on. */
    let [start, passed] = [0, 0];
    const endOfLine = lineEndsOf(piece);
    for (let end = endOfLine(start); end !== -1; end = endOfLine(start)) {
      if (long || heldBytes + end - start > most) {
        if (start > passed) yield piece.subarray(passed, start);
        drop(piece.subarray(start, end));
        yield finish();
        passed = end;
      } else if (heldBytes > 0) {
        yield* held;
      }
      [held, heldBytes] = [[], 0];
      start = end + 1;
    }
    if (start > passed) yield piece.subarray(passed, start);
    const rest = piece.subarray(start);
    if (long || heldBytes + rest.length > most) drop(rest);
    else if (rest.length > 0) {
      held.push(rest);
      heldBytes += rest.length;
    }
  }
  if (long) yield finish();
  else yield* held;
}

function count(bytes: Uint8Array): number {
  let found = 0;
  for (let at = bytes.indexOf(quote); at !== -1; at = bytes.indexOf(quote, at + 1)) found += 1;
  return found;
}
