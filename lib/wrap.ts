import wrapAnsi from "wrap-ansi";

/**
 * Lines of at most that many columns, broken between words; a word that is longer is broken itself. Every line after
 * the first begins with `indent` spaces.
 */
export function wrap(text: string, columns: number, indent = 0): readonly string[] {
  if (indent >= columns) return broken(text, columns);
  const hanging = text.slice(0, indent);
  // Spaces and a heading before the sentence are kept as they are; what has a colour in it is part of the sentence.
  const isHeading = /^[\x20-\x7e]*$/.test(hanging);
  const [first = "", ...others] = broken(isHeading ? text.slice(indent) : text, columns - indent);
  return [isHeading ? hanging + first : first, ...others.map((line) => " ".repeat(indent) + line)];
}

function broken(text: string, columns: number): readonly string[] {
  return wrapAnsi(text, columns, { hard: true }).split("\n");
}
