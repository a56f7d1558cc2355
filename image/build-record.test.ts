import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readUnchanged, writeBuildRecord } from "./build-record.ts";

let root: string;
let record: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "build-record-"));
  record = path.join(root, "record.json");
  for (const file of ["a.ts", "b.ts"]) put(file, "text");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file with a modification time before that of the record. */
function put(file: string, text: string): void {
  writeFileSync(path.join(root, file), text);
  utimesSync(path.join(root, file), 1_000, 1_000);
}
/** The program's own source files may have been edited just now, so the build must appear to start later. */
const later = () => Date.now() + 60_000;
const write = (started = later()) =>
  writeBuildRecord(root, record, { name: "0123", key: "key", inputs: ["a.ts", "b.ts"], started });

describe("what a context was made from", () => {
  it("names the context while every file is the same", async () => {
    expect(await readUnchanged(root, record, "key")).toBeUndefined();
    await write();
    expect(await readUnchanged(root, record, "key")).toBe("0123");
    put("a.ts", "text");
    expect(await readUnchanged(root, record, "key")).toBe("0123");
  });

  it.each<[string, () => void]>([
    ["a file has another content of the same size and time", () => put("b.ts", "tixt")],
    ["a file is gone", () => rmSync(path.join(root, "b.ts"))],
    ["a tsconfig comes", () => put("tsconfig.json", "{}")],
    ["the record is torn", () => put("record.json", '{"na')],
  ])("is no longer known when %s", async (_what, change) => {
    await write();
    change();
    expect(await readUnchanged(root, record, "key")).toBeUndefined();
  });

  it("is not known for another key", async () => {
    await write();
    expect(await readUnchanged(root, record, "other")).toBeUndefined();
  });

  it("is not kept when a file changed about when it was read", async () => {
    utimesSync(path.join(root, "a.ts"), Date.now() / 1_000, Date.now() / 1_000);
    await write(Date.now() - 500);
    expect(await readUnchanged(root, record, "key")).toBeUndefined();
  });
});
