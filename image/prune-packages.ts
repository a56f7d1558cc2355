/**
 * `node prune-packages.mjs FOLDER`: deletes the files from a `node_modules` folder that no function loads: source maps,
 * type declarations, the builds of TF.js for browsers and phones, and the builds of LiteRT.js for threads and for
 * engines older than the image's Node. The image build runs it. It removes four fifths of the packages' size. Licences
 * are kept.
 */
import { readdirSync, rmdirSync, unlinkSync } from "node:fs";
import path from "node:path";
import { isMainModule } from "../lib/main-module.ts";

/** Whether Node never loads a file, given by its path below `node_modules`. */
export function isDeadWeight(file: string): boolean {
  if (/licen[cs]e|notice/i.test(path.posix.basename(file))) return false;
  if (/\.(map|md|[cm]?ts)$/.test(file)) return true;
  if (/^@litertjs\/core\/wasm\/litert_wasm_(?!internal)/.test(file)) return true;
  return /^@tensorflow\/[^/]+\/dist\//.test(file) && !/\.(node\.js|wasm)$/.test(file);
}

/** Deletes the files that are never loaded, and the folders that become empty; returns how many files were deleted. */
export function prunePackages(root: string, below = ""): number {
  let deleted = 0;
  for (const entry of readdirSync(path.join(root, below), { withFileTypes: true })) {
    const file = path.posix.join(below, entry.name);
    if (entry.isDirectory()) {
      deleted += prunePackages(root, file);
      if (readdirSync(path.join(root, file)).length === 0) rmdirSync(path.join(root, file));
    } else if (isDeadWeight(file)) {
      unlinkSync(path.join(root, file));
      deleted += 1;
    }
  }
  return deleted;
}

if (isMainModule(import.meta.url)) {
  console.log(`${prunePackages(path.resolve(process.argv[2] ?? "node_modules"))} files deleted`);
}
