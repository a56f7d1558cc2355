import type { ImageResult } from "../contract/workflow.ts";
import type { Source } from "./input/source.ts";

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** The outcome of one source: predictions, or an error. */
export interface Row {
  readonly name: string;
  readonly predictions: readonly { readonly label: string; readonly probability: number }[];
  readonly error?: Problem;
  /** The execution of the image, if the image is not at fault. */
  readonly executionId?: string;
}

/** Called with each row as it gets its outcome, in any order. Rows that are streamed wait for it. */
export type OnRow = (row: Row, index: number) => void | Promise<void>;

/** Replaces a row that `onRow` has got, where rows are not kept. */
const passedOn: Row = { name: "", predictions: [] };

/** The rows of one run, filled in any order; a finished row never changes. */
export class Outcomes {
  readonly #onRow: OnRow;
  readonly #sources: readonly Source[];
  readonly #rows: (Row | undefined)[];
  /** Number of images with predictions or a typed error from the service. */
  #finished = 0;
  #failed = 0;
  readonly #keep: boolean;

  /** @param keep whether `rows` returns the rows; otherwise only `onRow` gets them */
  constructor(sources: readonly Source[], onRow: OnRow = () => {}, keep = true) {
    this.#onRow = onRow;
    this.#keep = keep;
    this.#sources = sources;
    this.#rows = new Array<Row | undefined>(sources.length).fill(undefined);
  }

  get finished(): number {
    return this.#finished;
  }

  /** Number of rows without predictions. */
  get failed(): number {
    return this.#rows.reduce((sum, row) => sum + (row === undefined ? 1 : 0), this.#failed);
  }

  has(index: number): boolean {
    return this.#rows[index] !== undefined;
  }

  /** Records the service's result for an image. */
  async take(index: number, result: ImageResult): Promise<void> {
    if (this.has(index)) return;
    this.#finished += 1;
    await this.#set(index, rowOf(this.#nameOf(index), result));
  }

  /** Records an error for an image. `executionId` is that of an execution that may still classify the image, if any. */
  fail(index: number, { code, message }: Problem, executionId?: string): void {
    if (this.has(index)) return;
    const row = { name: this.#nameOf(index), predictions: [], error: { code, message } };
    void this.#set(index, executionId === undefined ? row : { ...row, executionId });
  }

  #set(index: number, row: Row): void | Promise<void> {
    this.#rows[index] = this.#keep ? row : passedOn;
    if (row.error) this.#failed += 1;
    return this.#onRow(row, index);
  }

  /** Whether any image has an outcome. */
  get any(): boolean {
    return this.#rows.some((row) => row !== undefined);
  }

  /** All rows in the order of the sources; those without an outcome get `rest`. */
  rows(rest: Problem): readonly Row[] {
    return this.#rows.map((row, index) => row ?? { name: this.#nameOf(index), predictions: [], error: rest });
  }

  #nameOf(index: number): string {
    return this.#sources[index]?.name ?? "";
  }
}

/** The row of a result. */
export function rowOf(name: string, result: ImageResult): Row {
  return "error" in result ? { name, predictions: [], error: result.error } : { name, predictions: result.predictions };
}
