import type { Sentence } from "./sentence.ts";

/** Maximum number of characters of a changed text in a sentence. */
const longest = 160;

/**
 * Characters that are invisible or have no fixed meaning: control and format characters (such as zero-width characters,
 * characters that change the text direction, and tags), surrogates, private-use characters and separators.
 */
const unseen = /[\p{C}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;

/** A full commit hash would become a link; six digits are enough to identify it. */
const hash = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{6})[0-9a-f]+\b/gi;

/** A changed text as one visible line, truncated to a maximum length. */
export function visible(text: string, most = longest): string {
  const line = text
    .replace(/\r\n|\r|\n/g, "⏎")
    .replace(/\t/g, " ")
    .replace(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replace(hash, "$1…");
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}

/** Characters that could end a code span, a table cell or a folded section, and characters that look like them. */
const lookalikes: Readonly<Record<string, string>> = { "`": "ˋ", "|": "¦", "<": "‹", ">": "›" };

/**
 * A code span, in which nothing is treated as Markdown, HTML, a mention, a link or an issue reference. Characters that
 * could end the span or its surroundings are replaced with characters that look like them.
 */
export function code(text: string): string {
  const shown = [...visible(text)]
    .map((character) => lookalikes[character] ?? character)
    .join("")
    .trim();
  return `\`${shown === "" ? "(empty)" : shown}\``;
}

export function markdownOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : code(part.code))).join("");
}

/**
 * Text for a label of a Mermaid graph, between double quotes: letters, digits and a few punctuation marks are kept;
 * other characters are replaced with their code.
 */
export function mermaidLabel(text: string): string {
  return visible(text, 60).replace(/[^\p{L}\p{N} .,_()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
