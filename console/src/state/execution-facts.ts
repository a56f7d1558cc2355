import { imagesInInput, WorkflowInput } from "../../../contract/workflow.ts";
import { ShownOutcome } from "../model/images/shown-outcome.ts";
import { parseJson, shortReference } from "../model/words.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** What a list shows about an execution in addition to its status. */
export interface ExecutionFacts {
  /** Names of the first images, in the short form that users recognise. */
  readonly names: readonly string[];
  readonly total: number | undefined;
  readonly failed: number | undefined;
  /** The beginning of the input, if the input does not name any images. */
  readonly input: string;
}

const namesKept = 3;
const inputKept = 120;

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
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      for (let row = this.#next(); row !== undefined; row = this.#next()) {
        const ended = row.status !== "RUNNING";
        const { input, output } = await this.#stepFunctions.describe(row.arn);
        this.#facts.set(row.arn, { ended, facts: factsOf(input, output) });
        this.#changed();
      }
    } catch {
      // The list reports its own problem. The rows have no facts until the next attempt.
      this.#wanted = [];
    } finally {
      this.#reading = false;
    }
  }

  #next(): ExecutionRow | undefined {
    return this.#wanted.find(({ arn, status }) => {
      const known = this.#facts.get(arn);
      return known === undefined || (!known.ended && status !== "RUNNING");
    });
  }
}

export function factsOf(input: string | undefined, output: string | undefined): ExecutionFacts {
  const request = WorkflowInput.safeParse(parseJson(input));
  const outcome = ShownOutcome.safeParse(parseJson(output));
  const images = request.success ? imagesInInput(request.data) : [];
  const results = outcome.success ? (outcome.data.results ?? []) : [];
  const named = images.length > 0 ? images : results.map(({ image }) => image);
  const counts = outcome.success ? outcome.data.counts : undefined;
  return {
    names: named.slice(0, namesKept).map(shortReference),
    total: counts?.total ?? (images.length > 0 ? images.length : undefined),
    failed: counts?.failed,
    input: request.success && images.length > 0 ? "" : (input ?? "").slice(0, inputKept),
  };
}
