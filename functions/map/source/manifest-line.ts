import { apiLimits, kib } from "../../../contract/limits.ts";
import { normalise } from "../../shared/items.ts";
import type { Entry } from "./entry.ts";

/** Characters of a line that cannot be read which its result repeats. */
const shownCharacters = 200;

/** An entry for a line that cannot be read; `where` begins the sentence: `Line 17`. */
export function badEntry(text: string, where: string, why: string): Entry {
  const shown = text.slice(0, shownCharacters).trim();
  return { image: shown === "" ? where : shown, problem: `${where} of the manifest ${why}.` };
}

/** An entry for a line with the reference of an image, which may be missing. */
export function entryOf(image: unknown, text: string, where: string, why: string): Entry {
  const reference = typeof image === "string" ? normalise(image) : "";
  return reference === "" ? badEntry(text, where, why) : { image: reference };
}

/** Reads a line of JSON Lines, or an element of a JSON list: a text, or an object with the text in "image". */
export function jsonEntry(text: string, where: string): Entry {
  const bytes = apiLimits.manifestLineBytes;
  if (text.length > bytes / 4 && Buffer.byteLength(text) > bytes) return tooLong(text, where);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return badEntry(text, where, 'is not JSON: write a text, or an object with "image"');
  }
  const image = typeof value === "object" && value !== null && "image" in value ? value.image : value;
  return entryOf(image, text, where, 'names no image: write a text, or an object with "image"');
}

export function tooLong(text: string, where: string): Entry {
  return badEntry(text, where, `has more than ${apiLimits.manifestLineBytes / kib} KiB`);
}
