import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keptKeyPair } from "./operator-key.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "operator-key-"));
  file = path.join(folder, "operator-key.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the operator's key pair", () => {
  it("is made once, in the form of AWS's own, and differs from folder to folder", () => {
    const made = keptKeyPair(file);
    expect(made.accessKeyId).toMatch(/^AKIA[A-Z0-9]{16}$/);
    expect(made.secretAccessKey).toMatch(/^[A-Za-z0-9_-]{40}$/);
    expect(keptKeyPair(file)).toEqual(made);
    expect(keptKeyPair(path.join(folder, "other.json"))).not.toEqual(made);
  });

  it.runIf(process.platform !== "win32")(
    "can be read by its owner only, also where the file was opened up since",
    () => {
      keptKeyPair(file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      chmodSync(file, 0o644);
      keptKeyPair(file);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toEqual(["operator-key.json"]);
    },
  );

  it.each(["", "{", "{}", '{"accessKeyId":"a","secretAccessKey":""}', "null"])(
    "is not guessed from a damaged file: %s",
    (text) => {
      writeFileSync(file, text);
      expect(() => keptKeyPair(file)).toThrow(/operator-key\.json" holds no key pair\. Delete it/);
      expect(readFileSync(file, "utf8")).toBe(text);
    },
  );
});
