import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bundleOf } from "./bundle-line.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "bundle-line-"));
  process.env["LAMBDA_TASK_ROOT"] = folder;
});
afterEach(() => {
  delete process.env["LAMBDA_TASK_ROOT"];
  rmSync(folder, { recursive: true, force: true });
});

const failing = (stack: string, message = "broken"): Error => Object.assign(new Error(message), { stack });

it("names the file of the innermost position in a bundle, and its hash", async () => {
  const file = path.join(folder, "handler.mjs");
  writeFileSync(file, "code");
  const expected = { file: "handler.mjs", sha256: createHash("sha256").update("code").digest("hex") };
  expect(await bundleOf(failing(`Error: broken\n    at f (${pathToFileURL(file)}:3:7)`))).toEqual(expected);
  expect(await bundleOf(failing(`Error: broken\n    at ${file}:3:7`))).toEqual(expected);
});

it("reads positions in the stack alone, not in the message, which may quote another stack", async () => {
  const [file, quoted] = ["handler.mjs", "quoted.mjs"].map((name) => path.join(folder, name));
  for (const each of [file, quoted]) writeFileSync(String(each), String(each));
  const message = `a worker failed:\n    at f (${quoted}:1:1)`;
  expect(await bundleOf(failing(`Error: ${message}\n    at g (${file}:3:7)`, message))).toMatchObject({
    file: "handler.mjs",
  });
  expect(await bundleOf(failing(`Error: ${quoted}:1:1\n    at g (${file}:3:7)`, "changed since"))).toMatchObject({
    file: "handler.mjs",
  });
  expect(await bundleOf(failing(`Error: ${message}`, message))).toBeUndefined();
});

it("names a bundle whose path has spaces", async () => {
  const file = path.join(folder, "a b.mjs");
  writeFileSync(file, "code");
  expect(await bundleOf(failing(`Error: broken\n    at async f (${pathToFileURL(file)}:3:7)`))).toMatchObject({
    file: "a b.mjs",
  });
});

it.each([
  ["a stack without a bundle", failing("Error: broken\n    at f (node:fs:1:1)")],
  ["a bundle that cannot be read", failing("Error\n    at f (/nowhere/handler.mjs:1:1)")],
  ["no error", "text"],
  ["nothing", undefined],
])("names nothing for %s", async (_what, error) => {
  expect(await bundleOf(error)).toBeUndefined();
});
