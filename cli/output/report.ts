import Table from "cli-table3";
import type { Row } from "../classify.ts";
import type { Options } from "../options.ts";

/** The rows as the user asked for them, with a line end. */
export function report(rows: readonly Row[], format: Options["format"]): string {
  if (format === "json") return `${JSON.stringify(rows.map(asJson), null, 2)}\n`;
  return format === "csv" ? csv(rows) : `${table(rows)}\n${summary(rows)}\n`;
}

function asJson({ name, predictions, error }: Row): object {
  return error ? { image: name, error } : { image: name, predictions };
}

function table(rows: readonly Row[]): string {
  const made = new Table({
    head: ["image", "label", "probability", "error"],
    colAligns: ["left", "left", "right", "left"],
    // Sentences are long; the other columns take what they need.
    colWidths: [null, null, null, rows.some(({ error }) => error) ? errorColumns : null],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { name, predictions, error } of rows) {
    const lines = (text: (each: Row["predictions"][number]) => string) => predictions.map(text).join("\n");
    made.push([
      printable(name),
      lines(({ label }) => printable(label)),
      lines(({ probability }) => percent(probability)),
      error ? printable(`${error.code}: ${error.message}`) : "",
    ]);
  }
  return made.toString();
}

const errorColumns = 62;

function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}

function summary(rows: readonly Row[]): string {
  const failed = rows.filter(({ error }) => error).length;
  const all = `${rows.length} image${rows.length === 1 ? "" : "s"}`;
  return failed === 0 ? `${all} classified` : `${rows.length - failed} of ${all} classified, ${failed} with an error`;
}

/** File names and error sentences come from elsewhere: a control sequence in them must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\uFFFD");
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

/** RFC 4180; a text that a spreadsheet would run as a formula is marked as text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
