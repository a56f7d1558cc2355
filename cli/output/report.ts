import { printable } from "../../lib/printable.ts";
import { wrap } from "../../lib/wrap.ts";
import type { Options } from "../options.ts";
import type { Row } from "../outcomes.ts";
import { table } from "./table.ts";

/**
 * The rows in the requested format, with a line end.
 * @param columns width of the terminal; undefined if lines have no limit
 */
export function report(rows: readonly Row[], format: Exclude<Options["format"], "json">, columns?: number): string {
  if (format === "csv") return csv(rows);
  const sum = columns === undefined ? [summary(rows)] : wrap(summary(rows), columns);
  return `${[table(rows, columns), ...sum].join("\n")}\n`;
}

/** "2 of 3 images classified, 1 with an error". */
export function summary(rows: readonly Row[]): string {
  const failed = rows.filter(({ error }) => error).length;
  const all = `${rows.length} image${rows.length === 1 ? "" : "s"}`;
  return failed === 0 ? `${all} classified` : `${rows.length - failed} of ${all} classified, ${failed} with an error`;
}

function csv(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, predictions, error }) =>
    error
      ? [[name, "", "", "", error.code, error.message]]
      : predictions.map(({ label, probability }, at) => [name, String(at + 1), label, String(probability), "", ""]),
  );
  const heading = ["image", "rank", "label", "probability", "error", "message"];
  return [heading, ...lines].map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** RFC 4180; control characters are escaped, and a value that a spreadsheet would run as a formula is marked as text. */
function cell(value: string): string {
  const text = printable(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
