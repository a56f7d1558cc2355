import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { RunError } from "@pulumi/pulumi/errors.js";
import { integerFiles, modelDirectory, modelFiles } from "../contract/model.ts";

/** A file that every model folder must contain cannot be read. */
export class ModelFileError extends RunError {
  override readonly name = "ModelFileError";
  constructor(file: string, cause: unknown) {
    const { code } = cause as NodeJS.ErrnoException;
    const remedy = 'Build the model (npm run model), or correct "modelDirectory".';
    super(`The model's file "${file}" cannot be read (${code}). ${remedy}`, { cause });
  }
}

export interface ModelFile {
  readonly name: string;
  /** The current path of the file. */
  readonly location: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * The folder of the model: the configured folder, relative to the project, or else the folder of the built default
 * model.
 */
export const modelFolder = (root: string, configured?: string): string =>
  configured === undefined ? modelDirectory() : path.resolve(root, configured);

/** @throws ModelFileError */
export async function readModelFile(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    throw new ModelFileError(file, cause);
  });
}

/** The names of the files in a model folder. If any file of the integer form exists, all of them are expected. */
export function modelFileNames(folder: string): readonly string[] {
  const hasIntegers = integerFiles.some((name) => existsSync(path.join(folder, name)));
  return hasIntegers ? [...modelFiles, ...integerFiles] : modelFiles;
}

/** The files of a model folder, each with its size and hash. @throws ModelFileError */
export async function readModelFiles(folder: string): Promise<readonly ModelFile[]> {
  return Promise.all(
    modelFileNames(folder).map(async (name) => {
      const location = path.join(folder, name);
      const bytes = await readModelFile(location);
      return { name, location, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

/** Derives a model's version from its content, so the same files always have the same version. */
export function modelVersionOf(files: readonly ModelFile[]): string {
  const hash = createHash("sha256");
  for (const { name, sha256 } of files) hash.update(`${name}\0${sha256}\n`);
  return hash.digest("hex").slice(0, 16);
}
