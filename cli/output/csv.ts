import { printable } from "../../lib/printable.ts";
import type { Row } from "../outcomes.ts";

export const csvHeading = lineOf(["image", "rank", "label", "probability", "error", "message"]);

/** A line per label of a row, or one line with its error. */
export function csvLines({ name, predictions, error }: Row): string {
  if (error) return lineOf([name, "", "", "", error.code, error.message]);
  return predictions
    .map(({ label, probability }, at) => lineOf([name, String(at + 1), label, String(probability), "", ""]))
    .join("");
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** RFC 4180; control characters are escaped, and a value that a spreadsheet would run as a formula is marked as text. */
function cell(value: string): string {
  const text = printable(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
