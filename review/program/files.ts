import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { FileContent } from "./program.ts";

export async function contentOf(file: string): Promise<FileContent> {
  const bytes = await readFile(file);
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

/** Every file below a folder, as a sorted list of relative paths with "/". */
export async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();
}

/**
 * Replaces assets (`{file: …}`) in property values with their content, so that the same file in a different folder is
 * equal. An asset that cannot be read keeps its path.
 */
export async function withContents(value: unknown, root: string): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => withContents(each, root)));
  if (typeof value !== "object" || value === null) return value;
  const { file } = value as { file?: unknown };
  if (typeof file === "string" && Object.keys(value).length === 1) {
    return contentOf(path.resolve(root, file)).catch(() => value);
  }
  const entries = Object.entries(value).map(async ([key, each]) => [key, await withContents(each, root)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
