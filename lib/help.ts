import { wrap } from "./wrap.ts";

/** An option or a parameter with its description, two or more spaces apart. */
const entry = /^( {2}\S.*?)( {2,})(\S.*)$/;
/** Indentation of a description on a separate line. */
const below = 6;

/**
 * A help text within the columns of a terminal: sentences are broken between words, and a description is beside its
 * option, or below it if both do not fit on a line.
 * @param columns undefined if lines have no limit
 */
export function fitted(help: string, columns: number | undefined): string {
  if (columns === undefined || help.split("\n").every((line) => line.length <= columns)) return help;
  return joined(help)
    .flatMap((line) => {
      const [, name = "", gap = "", text = ""] = entry.exec(line) ?? [];
      const column = name.length + gap.length;
      // A line that is set in and describes nothing is a command to paste.
      if (name === "") return line.startsWith(" ") ? [line] : wrap(line, columns);
      if (column <= columns / 2) return wrap(line, columns, column);
      return [...wrap(name, columns, 2), ...wrap(text, columns - below).map((each) => " ".repeat(below) + each)];
    })
    .join("\n");
}

/** Joins lines that belong together, so that each paragraph and each description of an option is one line. */
function joined(help: string): readonly string[] {
  const lines: string[] = [];
  for (const line of help.split("\n")) {
    const previous = lines.at(-1) ?? "";
    const continues = entry.test(previous) ? /^ {8,}\S/.test(line) : /^\S/.test(previous) && /^\S/.test(line);
    if (continues) lines[lines.length - 1] = `${previous} ${line.trim()}`;
    else lines.push(line);
  }
  return lines;
}
