import type { Sentence } from "./sentence.ts";

/** The longest text of a change that a sentence shows. */
const longest = 160;

/** Control and format characters (zero-width, those that turn the direction of text, tags), surrogates, private use, separators. */
const unseen = /[\p{C}\p{Zl}\p{Zp}]|\p{Default_Ignorable_Code_Point}/gu;

/** A full commit hash would become a link; six digits are enough to identify it. */
const hash = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{6})[0-9a-f]+\b/gi;

/** A text of a change as one visible line, cut to a length. */
export function visible(text: string, most = longest): string {
  const line = text
    .replace(/\r\n|\r|\n/g, "⏎")
    .replace(/\t/g, " ")
    .replace(unseen, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replace(hash, "$1…");
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}

/** Signs that could end a code span, a cell or a folded section, and signs that look like them. */
const lookalikes: Readonly<Record<string, string>> = { "`": "ˋ", "|": "¦", "<": "‹", ">": "›" };

/**
 * A code span: nothing in it is read as Markdown, HTML, a mention, a link or an issue. What could
 * end the span, or what surrounds it, becomes another character.
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

/** Text for a label of a Mermaid graph, between double quotes: letters, digits and a few signs; others by their code. */
export function mermaidLabel(text: string): string {
  return visible(text, 60).replace(/[^\p{L}\p{N} .,_()-]/gu, (character) => `#${character.codePointAt(0)};`);
}
