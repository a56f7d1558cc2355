import { pipeline, Readable } from "node:stream";
import { CsvError, type Options, parse } from "csv-parse";
import { parse as parseNow } from "csv-parse/sync";
import { apiLimits } from "../../../contract/limits.ts";
import type { Entry } from "./entry.ts";
import { entryOf } from "./manifest-line.ts";
import { unreadable } from "./text-bytes.ts";

const delimiters = [",", ";", "\t", "|"] as const;
const heading = "image";

/** Where the images of a table are. */
export interface Columns {
  readonly delimiter: string;
  /** Index of the column with the images. */
  readonly image: number;
}

const options: Options = { relax_quotes: true, relax_column_count: true, skip_empty_lines: true, trim: true };

/** The columns that a first line declares; undefined if none is called "image". */
export function columnsOf(line: string): Columns | undefined {
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
  const rows = pipeline(Readable.from(pieces), parse({ ...options, ...bounds, delimiter }), () => undefined);
  let first = true;
  try {
    for await (const { record, info } of rows as AsyncIterable<Row>) {
      if (!first) {
        const where = `Line ${info.lines}`;
        yield entryOf(record[image], record.join(delimiter), where, `has no value in the column "${heading}"`);
      }
      first = false;
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw unreadable(name, `it is not a table in CSV (${error.message})`, { cause: error });
    throw error;
  }
}
