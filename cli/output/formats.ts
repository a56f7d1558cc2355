import { wrap } from "../../lib/wrap.ts";
import type { Options } from "../options.ts";
import type { Row } from "../outcomes.ts";
import { csvHeading, csvLines } from "./csv.ts";
import { JsonLines } from "./json-lines.ts";
import type { Printer } from "./printer.ts";
import { columnsOf, type Output, writeTo } from "./stream.ts";
import { table } from "./table.ts";

export function printerOf(format: Options["format"], stream: Output): Printer {
  if (format === "json") return new JsonLines(stream);
  return format === "csv" ? new Csv(stream) : new Table(stream);
}

class Csv implements Printer {
  readonly inAnyOrder = false;
  readonly #stream: Output;
  #any = false;
  constructor(stream: Output) {
    this.#stream = stream;
  }

  async print(row: Row): Promise<void> {
    const heading = this.#any ? "" : csvHeading;
    this.#any = true;
    await writeTo(this.#stream, `${heading}${csvLines(row)}`);
  }

  async end(): Promise<void> {}
}

/** Rows whose names and labels have common columns. */
const blockRows = 1_000;

class Table implements Printer {
  readonly inAnyOrder = false;
  readonly #stream: Output;
  #block: Row[] = [];
  #total = 0;
  #failed = 0;
  constructor(stream: Output) {
    this.#stream = stream;
  }

  async print(row: Row): Promise<void> {
    this.#block.push(row);
    this.#total += 1;
    if (row.error) this.#failed += 1;
    if (this.#block.length === blockRows) await this.#flush();
  }

  async end(): Promise<void> {
    if (this.#block.length > 0) await this.#flush();
    if (this.#total === 0) return;
    const columns = columnsOf(this.#stream);
    const text = summary({ total: this.#total, failed: this.#failed });
    await writeTo(this.#stream, `${(columns === undefined ? [text] : wrap(text, columns)).join("\n")}\n`);
  }

  async #flush(): Promise<void> {
    const rows = this.#block;
    this.#block = [];
    await writeTo(this.#stream, `${table(rows, columnsOf(this.#stream))}\n`);
  }
}

/** "2 of 3 images classified, 1 with an error". */
export function summary({ total, failed }: { readonly total: number; readonly failed: number }): string {
  const all = `${total} image${total === 1 ? "" : "s"}`;
  return failed === 0 ? `${all} classified` : `${total - failed} of ${all} classified, ${failed} with an error`;
}
