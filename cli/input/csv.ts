import { isUtf8 } from "node:buffer";
import { parse } from "csv-parse/sync";
import { extensionOf, isReference, photoExtensions } from "./source.ts";

const delimiters = [",", ";", "\t", "|"] as const;
const headings = /^(image|url|image_?url|file|filename|file_?name|path)$/i;

/**
 * The images of a table: the column with a known heading, or the first one. The delimiter comes from a line
 * `sep=`, as spreadsheets write it; otherwise it is the one for which the column looks most like images.
 * @throws Error with the line if the text is not a table
 */
export function readCsv(text: string): readonly (string | undefined)[] {
  const named = /^"?sep=(.)"?\r?\n/i.exec(text);
  if (named) return imagesOf(rowsOf(text.slice(named[0].length), named[1] ?? ","));
  const tables = delimiters.flatMap((delimiter) => attempt(text, delimiter) ?? []);
  const [first, ...others] = tables.map((rows) => ({ rows, score: scoreOf(rows) }));
  if (!first) return imagesOf(rowsOf(text, delimiters[0]));
  return imagesOf(others.reduce((best, each) => (each.score > best.score ? each : best), first).rows);
}

/** Whether a first line names the column with the images. */
export function hasHeading(line: string): boolean {
  return delimiters.some((delimiter) => line.split(delimiter).some((cell) => headings.test(unquoted(cell))));
}

/** Whether the service reads this table as this client does: UTF-8, and the images in a column "image". */
export function isServedCsv(bytes: Buffer): boolean {
  if (!isUtf8(bytes) || bytes[0] === 0xef) return false;
  const [line = ""] = bytes
    .subarray(0, 64 * 1_024)
    .toString()
    .split(/\r?\n/, 1);
  return delimiters.some((delimiter) => {
    const known = line
      .split(delimiter)
      .map(unquoted)
      .filter((cell) => headings.test(cell));
    return known[0]?.toLowerCase() === "image";
  });
}

const unquoted = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1");

type Rows = readonly (readonly string[])[];

/** A quotation mark that ends before one delimiter makes no sense before another. */
function attempt(text: string, delimiter: string): readonly [Rows] | undefined {
  try {
    return [rowsOf(text, delimiter)];
  } catch {
    return undefined;
  }
}

function rowsOf(text: string, delimiter: string): Rows {
  return parse(text, { delimiter, skip_empty_lines: true, relax_column_count: true, relax_quotes: true, trim: true });
}

function imagesOf(rows: Rows): readonly (string | undefined)[] {
  const heading = headingOf(rows);
  return heading < 0 ? rows.map(([first]) => first) : rows.slice(1).map((row) => row[heading]);
}

function headingOf(rows: Rows): number {
  return rows[0]?.findIndex((cell) => headings.test(cell)) ?? -1;
}

/** How much the column looks like images, per row; a known heading counts most. */
function scoreOf(rows: Rows): number {
  const images = imagesOf(rows).slice(0, 1_000);
  const likely = images.reduce((sum, image) => sum + likelihood(image ?? ""), 0) / Math.max(1, images.length);
  return likely + (headingOf(rows) < 0 ? 0 : 10);
}

function likelihood(image: string): number {
  const path = image.replace(/[?#].*$/s, "");
  if (photoExtensions.includes(extensionOf(path))) return 2;
  return isReference(image) ? 1 : 0;
}
