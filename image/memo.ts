import { createHash } from "node:crypto";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { version } from "esbuild";

/** What a staged context was made from: each file with its hash, and the name that the context got. */
interface Memo {
  readonly name: string;
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Files whose change can change a context without being part of one: what is installed, and how contexts are made. */
const makers = ["node_modules/.package-lock.json", "tsconfig.json"];
const ownFiles = ["bundle.ts", "context.ts", "../contract/functions.ts", "../contract/model.ts"];

/**
 * The name of the context that was staged last, if every file that it was made from is still the same; bundling takes ten
 * times as long as comparing.
 */
export async function recall(root: string, place: string, key: string): Promise<string | undefined> {
  const memo = await readFile(place, "utf8").then(parsed, () => undefined);
  if (memo === undefined || memo.key !== key) return undefined;
  const files = Object.keys(memo.inputs);
  const now = await hashesOf(root, files);
  return files.every((file) => now[file] === memo.inputs[file]) ? memo.name : undefined;
}

/** Times of files may be as coarse as this. */
const coarsestMs = 2_000;

export interface Made {
  readonly name: string;
  readonly key: string;
  readonly inputs: readonly string[];
  /** When the first of them was read. */
  readonly started: number;
}

/** A file that changed about when it was read may be hashed otherwise than it was used: then nothing is remembered. */
export async function remember(root: string, place: string, { name, key, inputs, started }: Made): Promise<void> {
  const files = [...makers, ...ownFiles.map((file) => path.join(import.meta.dirname, file)), ...inputs];
  const memo: Memo = { name, key, inputs: await hashesOf(root, files) };
  const times = await Promise.all(files.map((file) => changedAt(path.resolve(root, file))));
  if (Math.max(...times) > started - coarsestMs) return;
  const work = `${place}.${process.pid}`;
  await writeFile(work, JSON.stringify(memo));
  await rename(work, place);
}

/** Of what is not a file: what else a context depends on. */
export const memoKey = (...parts: readonly string[]): string => [version, ...parts].join(" ");

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

function parsed(text: string): Memo | undefined {
  try {
    return JSON.parse(text) as Memo;
  } catch {
    return undefined;
  }
}
