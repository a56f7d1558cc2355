/** The bytes of JSON's structural characters; in UTF-8 no other character contains them. */
const ascii = {
  quote: 0x22,
  comma: 0x2c,
  open: 0x5b,
  backslash: 0x5c,
  close: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
};

function stepOf(byte: number): -1 | 0 | 1 {
  if (byte === ascii.open || byte === ascii.openObject) return 1;
  return byte === ascii.close || byte === ascii.closeObject ? -1 : 0;
}

/** The text is not a JSON list. The message completes a sentence of the caller, which names the file. */
export class NotAList extends Error {
  override readonly name = "NotAList";
}

/**
 * Splits a streamed JSON list into its elements, each as text, so that a file of any size needs only as much memory as
 * its largest element. Elements are not parsed. Of an element that has more than `mostBytes`, only one byte more is
 * yielded.
 * @throws NotAList if the text is not a list or is truncated.
 */
export async function* elementsOf(
  pieces: AsyncIterable<Uint8Array>,
  mostBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  let depth = 0;
  let ended = false;
  let [inText, escaped] = [false, false];
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of pieces) {
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] ?? 0;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === ascii.backslash) escaped = true;
        else if (byte === ascii.quote) inText = false;
        continue;
      }
      if (byte === ascii.quote) inText = true;
      const step = stepOf(byte);
      depth += step;
      if (depth === 1 && step === 1) {
        if (byte !== ascii.open || ended) throw new NotAList("it is not one JSON list");
        start = at + 1;
      } else if (depth === 0) {
        if (byte > 0x20 && step === 0) throw new NotAList("it is not a JSON list");
        if (step !== -1) continue;
        if (byte !== ascii.close) throw new NotAList("its brackets do not match");
        ended = true;
      }
      if ((depth === 1 && byte === ascii.comma) || (depth === 0 && step === -1)) {
        const last = piece.subarray(start, at);
        // Most elements are within one piece, and need no copy.
        const element =
          held.length === 0 ? Buffer.from(last.buffer, last.byteOffset, last.length) : Buffer.concat([...held, last]);
        const text = element
          .subarray(0, mostBytes + 1)
          .toString()
          .trim();
        if (text !== "") yield text;
        held = [];
        heldBytes = 0;
        start = at + 1;
      }
    }
    if (depth > 0 && heldBytes <= mostBytes) {
      held.push(piece.subarray(start));
      heldBytes += piece.length - start;
    }
  }
  if (!ended || depth > 0) throw new NotAList("it ends within the list");
}
