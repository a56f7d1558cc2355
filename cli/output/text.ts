import stringWidth from "string-width";

/**
 * File names and error messages are untrusted: they must not control the terminal or change the direction of
 * following text.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\uFFFD");
}

/** A name in at most this many columns: the end, which is the file, is kept, and the middle is removed. */
export function shorten(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const characters = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  const kept = Math.max(1, columns - 1);
  // A third for the beginning: the folder or the host.
  const head = taken(characters, Math.floor(kept / 3));
  const tail = taken(characters.toReversed(), kept - stringWidth(head));
  return `${head}…${[...new Intl.Segmenter().segment(tail)]
    .map(({ segment }) => segment)
    .reverse()
    .join("")}`;
}

function taken(characters: readonly string[], columns: number): string {
  let text = "";
  for (const character of characters) {
    if (stringWidth(text + character) > columns) break;
    text += character;
  }
  return text;
}

/** Pads with spaces to this many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}
