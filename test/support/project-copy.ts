import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** A copy of the checkout that a test may change. It shares the installed packages. */
export interface ProjectCopy {
  readonly folder: string;
  remove(): void;
}

/** Every file of the checkout that git does not ignore, by its path relative to the root. */
export function projectFiles(): readonly string[] {
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0");
  return files.filter((file) => file !== "" && existsSync(path.join(root, file)));
}

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-copy-"));
  for (const file of projectFiles()) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return { folder, remove: () => removeAll(folder) };
}

/** The same checkout at a different path, without installed packages or staged files. */
export function copyAgain(project: string): ProjectCopy {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-copy-"));
  const left = new Set(["node_modules", ".build"].map((name) => path.join(project, name)));
  cpSync(project, folder, { recursive: true, filter: (source) => !left.has(source) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return { folder, remove: () => removeAll(folder) };
}

const removeAll = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
