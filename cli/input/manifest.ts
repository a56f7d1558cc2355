import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { usage } from "../failure.ts";

const Entry = z.union([
  z.string().min(1),
  z.object({ image: z.string().min(1) }).transform(({ image }) => image),
  z.object({ url: z.string().min(1) }).transform(({ url }) => url),
]);

const readers: Readonly<Record<string, (text: string) => unknown[]>> = {
  ".json": (text) => z.array(z.unknown()).parse(JSON.parse(text)),
  ".jsonl": (text) => linesOf(text).map((line) => JSON.parse(line) as unknown),
  ".ndjson": (text) => linesOf(text).map((line) => JSON.parse(line) as unknown),
  ".txt": (text) => linesOf(text).filter((line) => !line.startsWith("#")),
  ".csv": readCsv,
};
export const manifestExtensions: readonly string[] = Object.keys(readers);

/** The images that a manifest names, in its order. @throws CommandFailure */
export async function readManifest(file: string): Promise<readonly string[]> {
  const read = readers[path.extname(file).toLowerCase()];
  if (!read) throw usage(`"${file}" is no manifest: those end in ${manifestExtensions.join(", ")}.`);
  let entries: unknown[];
  try {
    entries = read((await readFile(file, "utf8")).replace(/^\uFEFF/, ""));
  } catch (error) {
    throw usage(`The manifest "${file}" cannot be read: ${(error as Error).message.split("\n")[0]}`, { cause: error });
  }
  return entries.map((entry, at) => {
    const { success, data } = Entry.safeParse(entry);
    if (success) return data;
    throw usage(`Entry ${at + 1} of the manifest "${file}" is neither a text nor an object with "image" or "url".`);
  });
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** The column "image" or "url" where there is a heading, else the first. */
function readCsv(text: string): unknown[] {
  const rows = parse(text, { skip_empty_lines: true, relax_column_count: true, trim: true }) as string[][];
  const heading = rows[0]?.findIndex((cell) => /^(image|url)$/i.test(cell)) ?? -1;
  const [column, body] = heading < 0 ? [0, rows] : [heading, rows.slice(1)];
  return body.map((row) => row[column]);
}
