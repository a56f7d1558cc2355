import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { usage } from "../failure.ts";
import { readCsv } from "./csv.ts";
import { decodeText } from "./text-file.ts";

/** One image in a list. */
export interface ManifestEntry {
  readonly image: string;
  /** The stored bytes of the name, if the list is not Unicode: on Linux a file name may consist of these bytes. */
  readonly bytes?: Buffer;
}

const Entry = z.union([
  z.string().min(1),
  z.object({ image: z.string().min(1) }).transform(({ image }) => image),
  z.object({ url: z.string().min(1) }).transform(({ url }) => url),
]);

const readers: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
  ".json": readJson,
  ".jsonl": readJsonLines,
  ".ndjson": readJsonLines,
  ".txt": (text) => linesOf(text).flatMap(({ line }) => (line.startsWith("#") ? [] : [line])),
  ".csv": readCsv,
  ".tsv": readCsv,
};
export const manifestExtensions: readonly string[] = Object.keys(readers);

/** The images in a manifest, in its order. @throws CommandFailure */
export async function readManifest(file: string): Promise<readonly ManifestEntry[]> {
  const read = readers[path.extname(file).toLowerCase()];
  if (!read) throw usage(`"${file}" is not a manifest: the name of one ends in ${manifestExtensions.join(", ")}.`);
  try {
    const { text, bytesOf } = decodeText(await readFile(file));
    return read(text).map((entry, at) => {
      const { success, data: image } = Entry.safeParse(entry);
      if (!success) throw new Error(`entry ${at + 1} is neither a text nor an object with "image" or "url".`);
      const bytes = bytesOf(image);
      return bytes ? { image, bytes } : { image };
    });
  } catch (error) {
    throw usage(`The manifest "${file}" cannot be read: ${(error as Error).message.split("\n")[0]}`, { cause: error });
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
