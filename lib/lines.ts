const newline = 0x0a;

/**
 * The lines of a streamed text in UTF-8, each without its end and as soon as it is complete. With `ending` "optional",
 * bytes after the last line end are a line too.
 * @throws SyntaxError if `ending` is "required" and the last line has none: the text was cut
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  ending: "optional" | "required",
): AsyncGenerator<string> {
  let held: Uint8Array[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, start)) {
      yield Buffer.concat([...held, piece.subarray(start, end)]).toString();
      held = [];
      start = end + 1;
    }
    if (start < piece.length) held.push(piece.subarray(start));
  }
  if (held.length === 0) return;
  if (ending === "required") throw new SyntaxError("The last line has no end.");
  yield Buffer.concat(held).toString();
}
