import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recall, remember } from "./memo.ts";

let root: string;
let memo: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "memo-"));
  memo = path.join(root, "memo.json");
  for (const file of ["a.ts", "b.ts"]) put(file, "text");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file that is older than the memo. */
function put(file: string, text: string): void {
  writeFileSync(path.join(root, file), text);
  utimesSync(path.join(root, file), 1_000, 1_000);
}
/** What the program itself is made of may have been edited just now. */
const later = () => Date.now() + 60_000;
const made = (started = later()) =>
  remember(root, memo, { name: "0123", key: "key", inputs: ["a.ts", "b.ts"], started });

describe("what a context was made from", () => {
  it("names the context while every file is the same", async () => {
    expect(await recall(root, memo, "key")).toBeUndefined();
    await made();
    expect(await recall(root, memo, "key")).toBe("0123");
    put("a.ts", "text");
    expect(await recall(root, memo, "key")).toBe("0123");
  });

  it.each<[string, () => void]>([
    ["a file has another content of the same size and time", () => put("b.ts", "tixt")],
    ["a file is gone", () => rmSync(path.join(root, "b.ts"))],
    ["a tsconfig comes", () => put("tsconfig.json", "{}")],
    ["the memo is torn", () => put("memo.json", '{"na')],
  ])("is no longer known when %s", async (_what, change) => {
    await made();
    change();
    expect(await recall(root, memo, "key")).toBeUndefined();
  });

  it("is not known for another key", async () => {
    await made();
    expect(await recall(root, memo, "other")).toBeUndefined();
  });

  it("is not kept when a file changed about when it was read", async () => {
    utimesSync(path.join(root, "a.ts"), Date.now() / 1_000, Date.now() / 1_000);
    await made(Date.now() - 500);
    expect(await recall(root, memo, "key")).toBeUndefined();
  });
});
