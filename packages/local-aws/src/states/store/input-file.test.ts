import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ChildInput, InputFile } from "./input-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-inputs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* each(inputs: readonly ChildInput[]): AsyncGenerator<ChildInput> {
  yield* inputs;
}

it("returns any input by its index, with any bytes, and replaces all when it is written again", async () => {
  const inputs = ['{"a":"größe"}', '""', "[1,2,3]"].map((text, items) => ({ text, items }));
  const file = new InputFile(path.join(folder, "one"));
  expect(await file.write(each(inputs))).toEqual({ children: 3, items: 3 });
  const again = new InputFile(path.join(folder, "one"));
  expect([2, 0, 1].map((index) => again.read(index))).toEqual([inputs[2], inputs[0], inputs[1]]);
  expect(() => again.read(3)).toThrow(/end after/);
  await file.write(each(inputs.slice(2)));
  expect(again.read(0)).toEqual(inputs[2]);
  expect(() => again.read(1)).toThrow();
});
