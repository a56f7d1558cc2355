import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiLimits } from "../../../contract/limits.ts";
import { longLine, withoutLongLines } from "./long-lines.ts";

const long = "x".repeat(apiLimits.manifestLineBytes + 1);

/** The text that is passed on of one that arrives in pieces of some size. */
async function read(text: string, size = 10_000): Promise<string> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }
  const passed: Uint8Array[] = [];
  for await (const piece of withoutLongLines(pieces(), "s3://photos/list")) passed.push(piece);
  return Buffer.concat(passed).toString();
}

describe("a table without its long lines", () => {
  it("is the same but for them, wherever it is cut into pieces", async () => {
    const lines = fc.array(fc.tuple(fc.constantFrom("", "a", 'ä,"b"', long), fc.constantFrom("\n", "\r\n", "\r", "")));
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom(1_000, 65_537, 1_000_000), async (rows, size) => {
        const text = rows.map((row) => row.join("")).join("");
        const kept = text.replace(/[^\r\n]+/g, (line) => (line.length > long.length - 1 ? longLine : line));
        expect((await read(text, size)) === kept).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps a line with as many bytes as allowed", async () => {
    const text = `image\n${long.slice(1)}\n`;
    expect((await read(text)) === text).toBe(true);
  });

  it("cannot be read on if a quotation begins in a long line and does not end in it", async () => {
    expect(await read(`image\n"${long}",1\nb\n`)).toBe(`image\n${longLine}\nb\n`);
    await expect(read(`image\n"${long}\nb",1\nc\n`)).rejects.toMatchObject({ name: "ManifestUnreadable" });
  });
});
