import { printable } from "../../lib/printable.ts";
import type { Row } from "../outcomes.ts";
import type { Printer } from "./printer.ts";
import { type Output, writeTo } from "./stream.ts";

/** Prints a JSON line per row, in any order and each only once. `index` is the row's place in the input, from 0. */
export class JsonLines implements Printer {
  readonly inAnyOrder = true;
  readonly #stream: Pick<Output, "write" | "once">;
  readonly #printed = new Set<number>();

  constructor(stream: Pick<Output, "write" | "once">) {
    this.#stream = stream;
  }

  async print({ name, predictions, error, executionId }: Row, index: number): Promise<void> {
    if (this.#printed.has(index)) return;
    this.#printed.add(index);
    const outcome = error ? { error, ...(executionId !== undefined && { executionId }) } : { predictions };
    await writeTo(this.#stream, `${printable(JSON.stringify({ index, image: name, ...outcome }))}\n`);
  }

  async end(): Promise<void> {}
}
