import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** A copy of the checkout that a lane may change; it shares the installed packages. */
export interface ProjectCopy {
  readonly folder: string;
  remove(): void;
}

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-engine-"));
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  for (const file of execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0")) {
    if (file === "" || !existsSync(path.join(root, file))) continue;
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(path.join(root, file), path.join(folder, file));
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return { folder, remove: () => removeAll(folder) };
}

/** The same checkout at another place, without what was installed or staged. */
export function copyAgain(project: string): ProjectCopy {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-engine-"));
  const left = new Set(["node_modules", ".build"].map((name) => path.join(project, name)));
  cpSync(project, folder, { recursive: true, filter: (source) => !left.has(source) });
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  return { folder, remove: () => removeAll(folder) };
}

const removeAll = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
