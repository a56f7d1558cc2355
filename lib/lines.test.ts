import fc from "fast-check";
import { expect, it } from "vitest";
import { linesOf } from "./lines.ts";

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

it("yields each line, wherever the stream is split", async () => {
  const line = fc.string({ unit: "binary", maxLength: 9 }).filter((text) => !text.includes("\n"));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const found: string[] = [];
      const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(""));
      for await (const each of linesOf(cut(bytes, size), "optional")) found.push(each);
      expect(found).toEqual(Buffer.from(lines.join("\n")).toString().split("\n"));
    }),
  );
});

it("yields a last line without an end", async () => {
  const found: string[] = [];
  for await (const line of linesOf(cut(Buffer.from("a\nb"), 2), "optional")) found.push(line);
  expect(found).toEqual(["a", "b"]);
});

async function read(...pieces: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const lines: string[] = [];
  for await (const line of linesOf(source(), "required")) lines.push(line);
  return lines;
}

it("yields lines wherever the pieces are cut, within a character too", async () => {
  expect(await read("a\nb", "c", "\n\nd\n")).toEqual(["a", "bc", "", "d"]);
  const umlaut = Buffer.from("ü\n");
  expect(await read(umlaut.subarray(0, 1), umlaut.subarray(1))).toEqual(["ü"]);
  expect(await read()).toEqual([]);
});

it("reports a text that was cut, if its last line must have an end", async () => {
  await expect(read("a\nb")).rejects.toThrow("The last line has no end.");
});
