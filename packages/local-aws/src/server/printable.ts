import { inspect } from "node:util";

/**
 * Makes a value safe to print in a terminal if it can contain text from others. Control characters, which could move
 * the cursor or colour or hide text, are escaped; line breaks are kept.
 */
export function printable(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { colors: false });
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
