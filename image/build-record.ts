import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { version } from "esbuild";
import writeFileAtomic from "write-file-atomic";

/** A staged context's input files, each with its hash, and the name of the context. */
interface BuildRecord {
  readonly name: string;
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** The installed packages and the compiler's settings. They can change a context although no context contains them. */
const surroundings = ["node_modules/.package-lock.json", "tsconfig.json"];

/**
 * Folders with the code that builds contexts. Every file in them is recorded, so there is no list that could become
 * outdated.
 */
const makers = [".", "../contract", "../lib"].map((folder) => path.join(import.meta.dirname, folder));

/**
 * The name of the context that was staged last, if all files from which it was made are unchanged. Comparing them is
 * ten times as fast as bundling.
 */
export async function readUnchanged(root: string, file: string, key: string): Promise<string | undefined> {
  const record = await readFile(file, "utf8").then(parsed, () => undefined);
  if (record === undefined || record.key !== key) return undefined;
  const files = [...new Set([...Object.keys(record.inputs), ...(await ownFiles())])];
  const now = await hashesOf(root, files);
  return files.every((name) => now[name] === record.inputs[name]) ? record.name : undefined;
}

/** The coarsest resolution with which file systems record modification times, in milliseconds. */
const coarsestMs = 2_000;

export interface Build {
  readonly name: string;
  readonly key: string;
  readonly inputs: readonly string[];
  /** When the first input file was read, in milliseconds since 1970. */
  readonly started: number;
}

/**
 * Writes the record, unless a file changed during the build: then its hash may not match the version that was bundled.
 */
export async function writeBuildRecord(root: string, file: string, build: Build): Promise<void> {
  const { name, key, inputs, started } = build;
  const files = [...surroundings, ...(await ownFiles()), ...inputs];
  const record: BuildRecord = { name, key, inputs: await hashesOf(root, files) };
  const times = await Promise.all(files.map((each) => changedAt(path.resolve(root, each))));
  if (Math.max(...times) > started - coarsestMs) return;
  await writeFileAtomic(file, JSON.stringify(record), { fsync: false });
}

/** Identifies the inputs of a context that are not files. */
export const buildKey = (...parts: readonly string[]): string => [version, ...parts].join(" ");

async function ownFiles(): Promise<readonly string[]> {
  const names = makers.map(async (folder) =>
    (await readdir(folder, { recursive: true }))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => path.join(folder, name)),
  );
  return (await Promise.all(names)).flat();
}

async function hashesOf(root: string, files: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const entries = files.map(async (file) => {
    const bytes = await readFile(path.resolve(root, file)).catch(() => undefined);
    return [file, bytes ? createHash("sha256").update(bytes).digest("base64") : "absent"] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const changedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

function parsed(text: string): BuildRecord | undefined {
  try {
    return JSON.parse(text) as BuildRecord;
  } catch {
    return undefined;
  }
}
