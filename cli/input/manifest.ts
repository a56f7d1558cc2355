import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { usage } from "../failure.ts";
import { hasHeading, readCsv } from "./csv.ts";
import { decodeText } from "./text-file.ts";

/** One image in a list. */
export interface ManifestEntry {
  readonly image: string;
  /** The stored bytes of the name, if the list is not Unicode: on Linux a file name may consist of these bytes. */
  readonly bytes?: Buffer;
  /** The field of a JSON line that names the image; undefined if the line is a text. */
  readonly field?: "image" | "url";
}

const name = z.string().min(1);
const Entry = z.union([
  name.transform((image) => ({ image })),
  z.object({ image: name }).transform(({ image }) => ({ image, field: "image" as const })),
  z.object({ url: name }).transform(({ url }) => ({ image: url, field: "url" as const })),
]);

const readers: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
  ".json": readJson,
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".txt": readText,
  ".csv": readCsv,
  ".tsv": readCsv,
};
export const manifestExtensions: readonly string[] = Object.keys(readers);

/** The images in a manifest, in its order. @throws CommandFailure */
export async function readManifest(file: string): Promise<readonly ManifestEntry[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  return entriesOf(bytes, file);
}

/** The images in the content of a manifest; the end of its name is its format. @throws CommandFailure */
export function entriesOf(bytes: Buffer, file: string): readonly ManifestEntry[] {
  const read = readers[path.extname(file).toLowerCase()];
  if (!read) throw usage(`"${file}" is not a manifest: the name of one ends in ${manifestExtensions.join(", ")}.`);
  try {
    return entriesIn(bytes, read);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The images in a list that has no name, in the format that its beginning shows. @throws CommandFailure */
export function unnamedEntries(bytes: Buffer): readonly ManifestEntry[] {
  try {
    return entriesIn(bytes, readUnnamed);
  } catch (error) {
    throw unreadable("-", error);
  }
}

function entriesIn(bytes: Buffer, read: (text: string) => readonly unknown[]): readonly ManifestEntry[] {
  const { text, bytesOf } = decodeText(bytes);
  return read(text).map((entry, at) => {
    const { success, data } = Entry.safeParse(entry);
    if (!success) throw new Error(`entry ${at + 1} is neither a string nor an object with "image" or "url".`);
    const stored = bytesOf(data.image);
    return stored ? { ...data, bytes: stored } : data;
  });
}

function unreadable(file: string, error: unknown) {
  return usage(`The manifest "${file}" cannot be read: ${(error as Error).message.split("\n")[0]}`, { cause: error });
}

function readUnnamed(text: string): readonly unknown[] {
  const [first = ""] = linesOf(text).map(({ line }) => line);
  if (first.startsWith("[")) return readJson(text);
  if (first.startsWith('"') && isJson(first)) return readJsonLines(text);
  // An object on one line may be a line of JSON Lines, or the body of a request.
  if (first.startsWith("{")) return isJson(first) && !isJson(text) ? readJsonLines(text) : readObject(text);
  return hasHeading(first) ? readCsv(text) : readText(text);
}

function readObject(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null && "images" in value ? readJson(text) : [value];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A list, or an object with the list in "images", like the API's request body. */
function readJson(text: string): readonly unknown[] {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value)) return value;
  const images = typeof value === "object" && value !== null && "images" in value ? value.images : undefined;
  if (Array.isArray(images)) return images;
  throw new Error('it must be a list, such as ["a.jpg", "https://…"], or an object with such a list in "images".');
}

function readText(text: string): readonly unknown[] {
  return linesOf(text).flatMap(({ line }) => (line.startsWith("#") ? [] : [line]));
}

function readJsonLines(text: string): readonly unknown[] {
  return linesOf(text).map(({ line, number }) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (cause) {
      throw new Error(`line ${number} is not JSON: ${(cause as Error).message}`, { cause });
    }
  });
}

function linesOf(text: string): readonly { readonly line: string; readonly number: number }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, at) => ({ line: line.trim(), number: at + 1 }))
    .filter(({ line }) => line !== "");
}
