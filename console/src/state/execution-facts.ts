import { AnyBatchResult } from "../../../contract/any-release.ts";
import { Batch, imagesInInput, WorkflowInput } from "../../../contract/workflow.ts";
import { ShownOutcome } from "../model/images/shown-outcome.ts";
import { parseJson } from "../model/words.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** What a list shows about an execution in addition to its status. */
export interface ExecutionFacts {
  /** References of the first images. */
  readonly images: readonly string[];
  /** Whether the first image was classified, as far as the execution itself says so. */
  readonly classified: boolean;
  readonly total: number | undefined;
  readonly failed: number | undefined;
  /** The beginning of the input, if the input does not name any images. */
  readonly input: string;
  /** The part of the input that a search reads, in lower case. */
  readonly text: string;
}

const imagesKept = 3;
const inputKept = 120;
/** Characters of an input that a search reads: about 150 references. */
const textKept = 10_000;

/** Executions whose facts are kept at most, besides those that are wanted: the page may be open for days. */
const mostKept = 2_000;

/**
 * Reads the facts of the executions that are visible, one at a time, so the number of calls depends on the rows that
 * the user looks at and not on the length of the list. An execution that has ended is read once.
 */
export class FactReader {
  readonly #stepFunctions: Pick<StepFunctions, "describe">;
  readonly #changed: () => void;
  readonly #facts = new Map<string, { readonly ended: boolean; readonly facts: ExecutionFacts }>();
  #wanted: readonly ExecutionRow[] = [];
  #reading = false;

  constructor(stepFunctions: Pick<StepFunctions, "describe">, changed: () => void) {
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
  }

  of(arn: string): ExecutionFacts | undefined {
    return this.#facts.get(arn)?.facts;
  }

  /** Sets the visible rows. Rows of an earlier call are no longer read. */
  want(rows: readonly ExecutionRow[]): void {
    this.#wanted = rows;
    if (this.#facts.size > mostKept + rows.length) this.#forget();
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      const read = new Set<string>();
      for (let row = this.#next(read); row !== undefined; row = this.#next(read)) {
        const { arn } = row;
        read.add(arn);
        const { status, input, output } = await this.#stepFunctions.describe(arn);
        // A description that was read before the end has no output yet: it is read again after the next look at the list.
        const isOld = status === "RUNNING" && row.status !== "RUNNING";
        const isKnown = this.#facts.has(arn);
        this.#facts.set(arn, { ended: row.status !== "RUNNING" && !isOld, facts: factsOf(input, output) });
        if (!isOld || !isKnown) this.#changed();
      }
    } catch {
      // The list reports its own problem. The rows have no facts until the next attempt.
      this.#wanted = [];
    } finally {
      this.#reading = false;
    }
  }

  /** Drops what was read first and is not wanted. */
  #forget(): void {
    const wanted = new Set(this.#wanted.map(({ arn }) => arn));
    const spare = [...this.#facts.keys()].filter((arn) => !wanted.has(arn));
    for (const arn of spare.slice(0, spare.length - mostKept)) this.#facts.delete(arn);
  }

  #next(read: ReadonlySet<string>): ExecutionRow | undefined {
    return this.#wanted.find(({ arn, status }) => {
      if (read.has(arn)) return false;
      const known = this.#facts.get(arn);
      return known === undefined || (!known.ended && status !== "RUNNING");
    });
  }
}

/** Reads the facts from an execution's input and output: of a workflow's, or of a child's of its Map Run. */
export function factsOf(input: string | undefined, output: string | undefined): ExecutionFacts {
  const document = parseJson(input);
  const text = (input ?? "").slice(0, textKept).toLowerCase();
  const batch = Batch.safeParse(document);
  if (batch.success) return { text, ...batchFacts(batch.data, parseJson(output)) };
  const request = WorkflowInput.safeParse(document);
  const outcome = ShownOutcome.safeParse(parseJson(output));
  const images = request.success ? imagesInInput(request.data) : [];
  const { results = [], counts } = outcome.success ? outcome.data : {};
  const named = images.length > 0 ? images : results.map(({ image }) => image);
  const [first] = results;
  return {
    images: named.slice(0, imagesKept),
    classified: first === undefined ? counts?.failed === 0 : "predictions" in first,
    total: counts?.total ?? (images.length > 0 ? images.length : undefined),
    failed: counts?.failed,
    input: named.length > 0 || counts !== undefined ? "" : (input ?? "").slice(0, inputKept),
    text,
  };
}

function batchFacts({ Items }: Batch, output: unknown): Omit<ExecutionFacts, "text"> {
  const result = AnyBatchResult.safeParse(output);
  const results = result.success ? result.data.results : undefined;
  const first = results?.[0];
  return {
    images: Items.slice(0, imagesKept).map(({ image }) => image),
    classified: first !== undefined && "predictions" in first,
    total: Items.length,
    failed: results?.filter((each) => "error" in each).length,
    input: "",
  };
}
