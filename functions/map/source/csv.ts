import { pipeline, Readable } from "node:stream";
import { CsvError, type Options, parse } from "csv-parse";
import { parse as parseNow } from "csv-parse/sync";
import { apiLimits } from "../../../contract/limits.ts";
import type { Entry } from "./entry.ts";
import { longLine, withoutLongLines } from "./long-lines.ts";
import { entryOf, tooLong } from "./manifest-line.ts";
import { unreadable } from "./text-bytes.ts";

const delimiters = [",", ";", "\t", "|"] as const;
const heading = "image";
/** Delimits nothing, because no text contains it: a table with one column may have commas in its references. */
const noDelimiter = "\0\0";

/** Where the images of a table are. */
export interface Columns {
  readonly delimiter: string;
  /** Index of the column with the images. */
  readonly image: number;
}

const options: Options = {
  relax_quotes: true,
  relax_column_count: true,
  skip_empty_lines: true,
  trim: true,
  record_delimiter: ["\r\n", "\n", "\r"],
};

/** The columns that a first line declares; undefined if none is called "image". */
export function columnsOf(line: string): Columns | undefined {
  const [only = ""] = headingsOf(line, noDelimiter);
  if (only.toLowerCase() === heading) return { delimiter: noDelimiter, image: 0 };
  for (const delimiter of delimiters) {
    const image = headingsOf(line, delimiter).findIndex((each) => each.toLowerCase() === heading);
    if (image !== -1) return { delimiter, image };
  }
  return undefined;
}

function headingsOf(line: string, delimiter: string): readonly string[] {
  try {
    const [headings = []] = parseNow(line, { ...options, delimiter }) as string[][];
    return headings;
  } catch {
    // A quotation mark that ends before one delimiter makes no sense before another.
    return [];
  }
}

interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The images of a table whose first row has the headings. @throws ManifestUnreadable */
export async function* csvEntries(
  pieces: AsyncIterable<Uint8Array>,
  { delimiter, image }: Columns,
  name: string,
): AsyncGenerator<Entry> {
  const bounds = { max_record_size: apiLimits.manifestLineBytes, info: true };
  const rows = pipeline(
    Readable.from(withoutLongLines(pieces, name)),
    parse({ ...options, ...bounds, delimiter }),
    () => undefined,
  );
  let first = true;
  try {
    for await (const { record, info } of rows as AsyncIterable<Row>) {
      if (!first) {
        const where = `Line ${info.lines}`;
        if (record.includes(longLine)) yield tooLong("", where);
        else
          yield entryOf(
            record[image],
            record.join(delimiter === noDelimiter ? "" : delimiter),
            where,
            `has no value in the column "${heading}"`,
          );
      }
      first = false;
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw unreadable(name, `it is not a table in CSV (${error.message})`, { cause: error });
    throw error;
  }
}
