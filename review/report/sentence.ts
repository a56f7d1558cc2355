import { printable } from "../../lib/printable.ts";

/**
 * A part of a sentence: either the review's own words, or a text from the change, which is shown as code and never read
 * as Markdown.
 */
export type Part = string | { readonly code: string };
export type Sentence = readonly Part[];

/** Builds a sentence. Inserted texts are quoted as code; inserted numbers and sentences are not. */
export function say(words: TemplateStringsArray, ...values: readonly (string | number | Sentence)[]): Sentence {
  return words.flatMap((word, index) => {
    const value = values[index];
    if (value === undefined) return [word];
    if (typeof value === "number") return [word, String(value)];
    return typeof value === "string" ? [word, { code: value }] : [word, ...value];
  });
}

/** The review's own words, unquoted. */
export const words = (text: string): Sentence => [text];

/** "a", "a and b", "a, b and c". Items after the first `most` are only counted. */
export function listOf(items: readonly Sentence[], most = 6): Sentence {
  const shown = items.length > most ? items.slice(0, most) : items;
  const rest = items.length - shown.length;
  const all = rest > 0 ? [...shown, words(`${rest} more`)] : shown;
  return all.flatMap((item, index) => {
    if (index === 0) return [...item];
    return [index === all.length - 1 ? " and " : ", ", ...item];
  });
}

export const quoted = (texts: readonly string[], most = 6): Sentence =>
  listOf(
    texts.map((text) => [{ code: text }]),
    most,
  );

/** For a terminal or JSON: texts from the change are in double quotes, and invisible characters are escaped. */
export function plainText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : `"${printable(part.code)}"`)).join("");
}
