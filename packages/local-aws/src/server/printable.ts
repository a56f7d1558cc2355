import { inspect } from "node:util";

/**
 * What a terminal may show of a value that can hold what others sent: control characters, which could move the cursor,
 * colour or hide text, are escaped; lines stay lines.
 */
export function printable(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { colors: false });
  return text.replace(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
