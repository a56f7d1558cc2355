import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStack, StackFileError } from "./stack-file.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
  writeFileSync(path.join(root, "Pulumi.yaml"), "name: photos\nruntime: nodejs\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function read(text: string) {
  writeFileSync(path.join(root, "Pulumi.dev.yaml"), text);
  return readStack(root, "dev", {});
}

describe("a stack file", () => {
  it.each([[""], ["\n# nothing yet\n"], ["config:\n"], ["config: {}\n"], ["config: null\n"]])(
    "of %j has no settings, which is valid",
    (text) => {
      expect(read(text)).toMatchObject({ values: {}, warnings: [] });
    },
  );

  it("warns of a key at its top that Pulumi would ignore, and names the one that was meant", () => {
    expect(read("confg:\n  photos:size: 4\n")).toMatchObject({
      values: {},
      warnings: ['Pulumi.dev.yaml has "confg", which Pulumi ignores. Did you mean "config"?'],
    });
    expect(read("batchSize: 4\n").warnings).toEqual([
      'Pulumi.dev.yaml has "batchSize", which Pulumi ignores. Settings belong below "config:".',
    ]);
    expect(read("encryptionsalt: v1:abc\nsecretsprovider: passphrase\nenvironment: [a]\n").warnings).toEqual([]);
  });

  it.each([
    ["config: [a]\n", /Pulumi\.dev\.yaml" cannot be used: "config" must consist of keys and values\.$/],
    ["- a\n", /cannot be used: the file must consist of keys and values\.$/],
    ["config:\n\tsize: 4\n", /Pulumi\.dev\.yaml" cannot be used: Tabs are not allowed .* line 2, column 1\.$/],
    ["config:\n  a: 1\n  a: 2\n", /unique|duplicate/i],
  ])("of %j is refused in a sentence", (text, message) => {
    expect(() => read(text)).toThrow(StackFileError);
    expect(() => read(text)).toThrow(message);
  });
});
