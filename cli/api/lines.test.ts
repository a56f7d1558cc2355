import { expect, it } from "vitest";
import { linesOf } from "./lines.ts";

async function read(...pieces: readonly (string | Uint8Array)[]): Promise<readonly string[]> {
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const lines: string[] = [];
  for await (const line of linesOf(source())) lines.push(line);
  return lines;
}

it("yields lines wherever the pieces are cut, within a character too", async () => {
  expect(await read("a\nb", "c", "\n\nd\n")).toEqual(["a", "bc", "", "d"]);
  const umlaut = Buffer.from("ü\n");
  expect(await read(umlaut.subarray(0, 1), umlaut.subarray(1))).toEqual(["ü"]);
  expect(await read()).toEqual([]);
});

it("reports a text that was cut", async () => {
  await expect(read("a\nb")).rejects.toThrow("The last line has no end.");
});
