import type { ImageResult } from "../contract/workflow.ts";
import type { Source } from "./input/source.ts";

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** What became of one source: predictions, or why there are none. */
export interface Row {
  readonly name: string;
  readonly predictions: readonly { readonly label: string; readonly probability: number }[];
  readonly error?: Problem;
  /** The execution that had the image, where the error is not the image's own. */
  readonly executionId?: string;
}

/** The rows of one run, filled in any order; what has a row keeps it, whatever happens to the others. */
export class Outcomes {
  readonly #sources: readonly Source[];
  readonly #rows: (Row | undefined)[];
  /** Images that the service itself responded to, by predictions or by a typed error. */
  #finished = 0;

  constructor(sources: readonly Source[]) {
    this.#sources = sources;
    this.#rows = new Array<Row | undefined>(sources.length).fill(undefined);
  }

  get finished(): number {
    return this.#finished;
  }

  has(index: number): boolean {
    return this.#rows[index] !== undefined;
  }

  /** The service's result of one image. */
  take(index: number, result: ImageResult): void {
    if (this.has(index)) return;
    this.#finished += 1;
    if ("error" in result) this.fail(index, result.error);
    else this.#rows[index] = { name: this.#nameOf(index), predictions: result.predictions };
  }

  /** An error of one image; the execution is named where the image may still be classified there. */
  fail(index: number, { code, message }: Problem, executionId?: string): void {
    if (this.has(index)) return;
    const row = { name: this.#nameOf(index), predictions: [], error: { code, message } };
    this.#rows[index] = executionId === undefined ? row : { ...row, executionId };
  }

  /** Whether any image has an outcome so far. */
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
