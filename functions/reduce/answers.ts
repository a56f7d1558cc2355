import type { Counts, ItemResult } from "../../contract/workflow.ts";

/** The answer to one image: its JSON behind the index, shared by all places that name the image. */
interface Answer {
  readonly failed: boolean;
  readonly rest: string;
}

/**
 * The answers of an execution, in whatever order they come: `also` is expanded, of two for one place a prediction wins over
 * an error (a repeated delivery, or an image tried again), and a place without any gets an error.
 */
export class Answers {
  readonly #places: (Answer | undefined)[];

  constructor(total: number) {
    this.#places = new Array<Answer | undefined>(total).fill(undefined);
  }

  add({ index, also, ...result }: ItemResult): void {
    // As text an answer takes a fraction of the memory that its objects would.
    const answer = { failed: "error" in result, rest: JSON.stringify(result).slice(1) };
    for (const place of [index, ...also]) {
      if (place >= this.#places.length) continue;
      const known = this.#places[place];
      if (!known || (known.failed && !answer.failed)) this.#places[place] = answer;
    }
  }

  counts(): Counts {
    const total = this.#places.length;
    const succeeded = this.#places.reduce((sum, answer) => sum + (answer && !answer.failed ? 1 : 0), 0);
    return { total, succeeded, failed: total - succeeded };
  }

  /** All answers in request order, one a place, as a JSON list. */
  document(): Buffer {
    let bytes = 1 + this.#places.length;
    for (const [index, answer] of this.#places.entries()) bytes += Buffer.byteLength(text(index, answer));
    const document = Buffer.allocUnsafe(bytes);
    let end = document.write("[");
    for (const [index, answer] of this.#places.entries()) {
      end += document.write(`${index > 0 ? "," : ""}${text(index, answer)}`, end);
    }
    document.write("]", end);
    return document;
  }
}

function text(index: number, answer: Answer | undefined): string {
  return `{"index":${index},${(answer ?? missing(index)).rest}`;
}

function missing(index: number): Answer {
  const message = `The workflow ended without a result for the image at place ${index}.`;
  const rest = JSON.stringify({ image: "", error: { code: "ClassificationFailed", message } }).slice(1);
  return { failed: true, rest };
}
