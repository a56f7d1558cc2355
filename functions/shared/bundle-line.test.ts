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

const failing = (stack: string): Error => Object.assign(new Error("broken"), { stack });

it("names the file of the innermost position in a bundle, and its hash", async () => {
  const file = path.join(folder, "handler.mjs");
  writeFileSync(file, "code");
  const expected = { file: "handler.mjs", sha256: createHash("sha256").update("code").digest("hex") };
  expect(await bundleOf(failing(`Error: broken\n    at f (${pathToFileURL(file)}:3:7)`))).toEqual(expected);
  expect(await bundleOf(failing(`Error: broken\n    at ${file}:3:7`))).toEqual(expected);
});

it.each([
  ["a stack without a bundle", failing("Error: broken\n    at f (node:fs:1:1)")],
  ["a bundle that cannot be read", failing("Error\n    at f (/nowhere/handler.mjs:1:1)")],
  ["no error", "text"],
  ["nothing", undefined],
])("names nothing for %s", async (_what, error) => {
  expect(await bundleOf(error)).toBeUndefined();
});
