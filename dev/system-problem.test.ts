import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemProblem } from "./system-problem.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "system-problem-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failing = (work: () => void): NodeJS.ErrnoException => {
  try {
    work();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error("nothing failed");
};

it.each([
  ["ENOSPC", "the disk is full"],
  ["EROFS", "read-only"],
  ["EACCES", "you may not use it"],
])("an error %s names the file, the problem and the remedy", (code, problem) => {
  const error = Object.assign(new Error(code), { code, syscall: "write", path: "/data/graph.json" });
  const sentence = systemProblem(error);
  expect(sentence).toContain(`"/data/graph.json" cannot be used (${code}): `);
  expect(sentence).toContain(problem);
  expect(sentence).toContain("--data");
});

it.runIf(process.platform === "linux")("the error of a full disk, which names no file, has its remedy", () => {
  expect(systemProblem(failing(() => writeFileSync("/dev/full", "text")))).toBe(
    "A file cannot be used (ENOSPC): the disk is full: free some space, or choose another data folder with --data.",
  );
});

it("an error of the program is none of the system", () => {
  expect(systemProblem(new TypeError("x is not a function"))).toBeUndefined();
  expect(systemProblem(Object.assign(new Error(), { code: "ENOSPC" }))).toBeUndefined();
  expect(systemProblem(failing(() => writeFileSync(path.join(folder, "absent", "file"), "")))).toBeUndefined();
});
