import { printable } from "../../lib/printable.ts";
import type { Row } from "../outcomes.ts";

/** Prints a JSON line per row, in any order and each only once. `index` is the row's place in the input, from 0. */
export class JsonLines {
  readonly #stream: { write(text: string): unknown };
  readonly #printed = new Set<number>();

  constructor(stream: { write(text: string): unknown }) {
    this.#stream = stream;
  }

  print({ name, predictions, error, executionId }: Row, index: number): void {
    if (this.#printed.has(index)) return;
    this.#printed.add(index);
    const outcome = error ? { error, ...(executionId !== undefined && { executionId }) } : { predictions };
    this.#stream.write(`${printable(JSON.stringify({ index, image: name, ...outcome }))}\n`);
  }
}
