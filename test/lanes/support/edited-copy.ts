import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** A copy of the project that can be edited while it runs. It shares the installed packages. */
export function copyProject(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const left = new Set([".git", "node_modules", ".build", ".data", "packages/local-aws/dist"]);
  cpSync(root, folder, { recursive: true, filter: (location) => !left.has(path.relative(root, location)) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return folder;
}

export function removeCopy(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Edits a file. @throws Error if the edit has no effect */
export function editFile(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`the edit of ${file} changed nothing`);
  writeFileSync(file, after);
}
