import type { Counts, ItemResult } from "../../contract/workflow.ts";

/** The result of one image as JSON text without its index, so that all indexes of the image can share it. */
interface StoredResult {
  readonly failed: boolean;
  readonly rest: string;
}

/**
 * The results of an execution, added in any order. `duplicates` is expanded. If an index gets two results (a repeated
 * delivery, or a retried image), a prediction wins over an error. An index without a result gets an error.
 */
export class MergedResults {
  readonly #results: (StoredResult | undefined)[];
  /** The first indexes of the images that were classified. */
  readonly #images = new Set<number>();

  constructor(total: number) {
    this.#results = new Array<StoredResult | undefined>(total).fill(undefined);
  }

  add({ index, duplicates, ...result }: ItemResult): void {
    // Text takes a fraction of the memory that the objects would.
    const stored = { failed: "error" in result, rest: JSON.stringify(result).slice(1) };
    this.#images.add(index);
    for (const at of [index, ...duplicates]) {
      if (at >= this.#results.length) continue;
      const known = this.#results[at];
      if (!known || (known.failed && !stored.failed)) this.#results[at] = stored;
    }
  }

  counts(): Counts {
    return countsOf(this.#results);
  }

  /** Counts distinct images, which may have several indexes. */
  classified(): Counts {
    return countsOf(Array.from(this.#images, (index) => this.#results[index]));
  }

  /** All results in request order, one per index, as a JSON list. */
  document(): Buffer {
    let bytes = 1 + this.#results.length;
    for (const [index, result] of this.#results.entries()) bytes += Buffer.byteLength(text(index, result));
    const document = Buffer.allocUnsafe(bytes);
    let end = document.write("[");
    for (const [index, result] of this.#results.entries()) {
      end += document.write(`${index > 0 ? "," : ""}${text(index, result)}`, end);
    }
    document.write("]", end);
    return document;
  }
}

function text(index: number, result: StoredResult | undefined): string {
  return `{"index":${index},${(result ?? missing(index)).rest}`;
}

function missing(index: number): StoredResult {
  const message = `The workflow ended without a result for the image at index ${index}.`;
  const rest = JSON.stringify({ image: "", error: { code: "ClassificationFailed", message } }).slice(1);
  return { failed: true, rest };
}

function countsOf(results: readonly (StoredResult | undefined)[]): Counts {
  const total = results.length;
  const succeeded = results.reduce((sum, result) => sum + (result && !result.failed ? 1 : 0), 0);
  return { total, succeeded, failed: total - succeeded };
}
