import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { integerFiles, modelDirectory, modelFiles, samplePhotoFile } from "../../contract/model.ts";

const root = path.resolve(import.meta.dirname, "../..");
const linked = ["infra", "contract", "image", "lib", "statemachine", "functions", "node_modules"];
const copied = ["index.ts", "package.json", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"];

/** A folder with a model of a few bytes, in which the program can be evaluated without touching the checkout. */
export interface Project {
  readonly root: string;
  /** Value of `DLW_CACHE_DIR` for the program. */
  readonly cacheDir: string;
  remove(): void;
}

export function makeProject(): Project {
  const folder = mkdtempSync(path.join(os.tmpdir(), "project-"));
  for (const name of linked) symlinkSync(path.join(root, name), path.join(folder, name), "junction");
  for (const name of copied) copyFileSync(path.join(root, name), path.join(folder, name));
  const cacheDir = path.join(folder, "cache");
  const model = modelDirectory({ DLW_CACHE_DIR: cacheDir });
  mkdirSync(model, { recursive: true });
  for (const name of [...modelFiles, ...integerFiles, samplePhotoFile]) {
    mkdirSync(path.dirname(path.join(model, name)), { recursive: true });
    writeFileSync(path.join(model, name), `of ${name}`);
  }
  return { root: folder, cacheDir, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
