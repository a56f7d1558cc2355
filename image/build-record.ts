import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { version } from "esbuild";
import writeFileAtomic from "write-file-atomic";

/** What a staged context was made from: each file with its hash, and the name that the context got. */
interface BuildRecord {
  readonly name: string;
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Installed packages and the compiler's settings: they can change a context without being part of one. */
const surroundings = ["node_modules/.package-lock.json", "tsconfig.json"];

/** Folders with the code that makes contexts; every file in them counts, so that no list of them can be out of date. */
const makers = [".", "../contract", "../lib"].map((folder) => path.join(import.meta.dirname, folder));

/**
 * The name of the context that was staged last, if every file that it was made from is still the same; bundling takes ten
 * times as long as comparing.
 */
export async function readUnchanged(root: string, file: string, key: string): Promise<string | undefined> {
  const record = await readFile(file, "utf8").then(parsed, () => undefined);
  if (record === undefined || record.key !== key) return undefined;
  const files = [...new Set([...Object.keys(record.inputs), ...(await ownFiles())])];
  const now = await hashesOf(root, files);
  return files.every((name) => now[name] === record.inputs[name]) ? record.name : undefined;
}

/** File systems may record times as coarsely as this. */
const coarsestMs = 2_000;

export interface Build {
  readonly name: string;
  readonly key: string;
  readonly inputs: readonly string[];
  /** When the first of them was read. */
  readonly started: number;
}

/** Writes the record, unless a file changed while it was read: its hash may differ from the version that was bundled. */
export async function writeBuildRecord(root: string, file: string, build: Build): Promise<void> {
  const { name, key, inputs, started } = build;
  const files = [...surroundings, ...(await ownFiles()), ...inputs];
  const record: BuildRecord = { name, key, inputs: await hashesOf(root, files) };
  const times = await Promise.all(files.map((each) => changedAt(path.resolve(root, each))));
  if (Math.max(...times) > started - coarsestMs) return;
  await writeFileAtomic(file, JSON.stringify(record), { fsync: false });
}

/** What a context depends on besides files. */
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
