import fc from "fast-check";
import { expect, it } from "vitest";
import { type Line, lineEndsOf, linesOf } from "./lines.ts";

/** The lines of a text that arrives in pieces which end at these places. */
async function read(text: string, ends: readonly number[] = [], mostBytes = 100): Promise<readonly Line[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let start = 0;
    for (const end of [...ends.map((each) => each % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
      yield bytes.subarray(start, end);
      start = end;
    }
  }
  const lines: Line[] = [];
  for await (const line of linesOf(pieces(), mostBytes)) lines.push(line);
  return lines;
}

it("ends lines at line feeds, carriage returns and both, wherever the text is cut into pieces", async () => {
  const parts = fc.array(fc.tuple(fc.constantFrom("", "a", "ä,b"), fc.constantFrom("\n", "\r\n", "\r")));
  await fc.assert(
    fc.asyncProperty(parts, fc.array(fc.nat(60)), async (rows, ends) => {
      const text = rows.map((row) => row.join("")).join("");
      // Without a line between them, a carriage return and a line feed are one end.
      const lines = text.split(/\r\n|\r|\n/).slice(0, -1);
      const found = await read(text, ends);
      expect(found).toEqual(lines.map((line, at) => ({ text: line, number: at + 1, ended: true, tooLong: false })));
    }),
  );
});

it.each(["\r", "\n"])("finds the ends of a large piece whose lines all end with %j", (end) => {
  const endOfLine = lineEndsOf(Buffer.from(end.repeat(2_000_000)));
  let count = 0;
  for (let at = endOfLine(0); at !== -1; at = endOfLine(at + 1)) count += 1;
  expect(count).toBe(2_000_000);
});

it("says that the last line has no end, and which lines are too long", async () => {
  expect(await read(`a\r${"x".repeat(200)}\r\nb`, [3, 50, 203])).toEqual([
    { text: "a", number: 1, ended: true, tooLong: false },
    { text: "x".repeat(100), number: 2, ended: true, tooLong: true },
    { text: "b", number: 3, ended: false, tooLong: false },
  ]);
});
