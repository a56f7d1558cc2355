import stringWidth from "string-width";
import { wrap } from "../../lib/wrap.ts";
import type { Row } from "../outcomes.ts";
import { padded, printable, shorten } from "./text.ts";

const gap = 2;
const barColumns = 10;
const percentColumns = "100.0 %".length;
/** Below this many columns a name is on a separate line. */
const narrow = 60;
const nameShare = 0.4;
const indent = 2;

/** The rows as lines of at most this many columns; undefined for no limit, as in a file. */
export function table(rows: readonly Row[], columns: number | undefined): string {
  const named = rows.map((row) => ({ ...row, name: printable(row.name) }));
  const folder = columns === undefined ? "" : sharedFolder(named, columns);
  const shown = named.map((row) => ({ ...row, name: row.name.slice(folder.length) }));
  const heading = folder === "" || columns === undefined ? [] : wrap(`Images in ${folder}`, columns);
  const lines = columns !== undefined && columns < narrow ? stacked(shown, columns) : sideBySide(shown, columns);
  return [...heading, ...lines].map((line) => line.trimEnd()).join("\n");
}

/** The folder that all names share, if the names do not fit with it: it is printed once. */
function sharedFolder(rows: readonly Row[], columns: number): string {
  const [first = "", ...others] = rows.map(({ name }) => name);
  const fits = [first, ...others].every((name) => stringWidth(name) <= nameLimit(columns));
  if (others.length === 0 || fits) return "";
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (folder !== "" && !others.every((name) => name.startsWith(folder))) {
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  }
  return /^[a-z][a-z0-9+.-]*:\/\/?$/i.test(folder) ? "" : folder;
}

/** Columns of a name at most. */
const nameLimit = (columns: number): number =>
  columns < narrow ? columns : Math.max(16, Math.floor(columns * nameShare));

/** A name with its labels and bars, or its error, beside it. */
function sideBySide(rows: readonly Row[], columns: number | undefined): readonly string[] {
  const longest = Math.max(...rows.map(({ name }) => stringWidth(name)), 0);
  const nameColumns = columns === undefined ? longest : Math.min(longest, nameLimit(columns));
  const rest = columns === undefined ? undefined : columns - nameColumns - gap;
  const labelColumns = labelWidth(rows, rest);
  return rows.flatMap((row) =>
    right(row, labelColumns, rest).map((line, at) => {
      const name = at === 0 ? shorten(row.name, nameColumns) : "";
      return `${padded(name, nameColumns)}${" ".repeat(gap)}${line}`;
    }),
  );
}

/** A name on a separate line with its labels or its error below. */
function stacked(rows: readonly Row[], columns: number): readonly string[] {
  const rest = columns - indent;
  const labelColumns = labelWidth(rows, rest);
  return rows.flatMap((row) => [
    shorten(row.name, columns),
    ...right(row, labelColumns, rest).map((line) => `${" ".repeat(indent)}${line}`),
  ]);
}

/** Width of the label column that leaves room for bar and percentage. */
function labelWidth(rows: readonly Row[], rest: number | undefined): number {
  const labels = rows.flatMap(({ predictions }) => predictions.map(({ label }) => stringWidth(printable(label))));
  const longest = Math.max(...labels, 0);
  return rest === undefined ? longest : Math.min(longest, Math.max(8, rest - barColumns - percentColumns - 2 * gap));
}

function right({ predictions, error }: Row, labelColumns: number, rest: number | undefined): readonly string[] {
  if (error) {
    const text = printable(`${error.code}: ${error.message}`);
    return rest === undefined ? [text] : wrap(text, rest);
  }
  return predictions.map(({ label, probability }) => {
    const percent = `${(probability * 100).toFixed(1)} %`.padStart(percentColumns);
    return [padded(shorten(printable(label), labelColumns), labelColumns), bar(probability), percent].join("  ");
  });
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(probability: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, probability)) * barColumns * 8);
  return `${"█".repeat(filled >> 3)}${eighths[filled & 7]}`.padEnd(barColumns);
}
