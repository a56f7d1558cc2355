import {
  Batch,
  BatchResult,
  type ImageResult,
  InlinePlan,
  Outcome,
  WorkflowInput,
} from "../../../../contract/workflow.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";

/** One image of an execution: what is known of it so far. */
export interface ImageEntry {
  readonly index: number;
  readonly image: string;
  readonly result?: ImageResult;
  /** It is in a batch that is being worked on. */
  readonly running: boolean;
}

/**
 * Gathers the images of an execution from its history, so that each result shows as soon as its batch has ended. Any
 * state whose data has the shapes of the workflow contract counts, whatever its name: the examples show images too.
 */
export class Images {
  /** By index; indices that were never named are holes. */
  readonly #references: string[] = [];
  readonly #results: ImageResult[] = [];
  /** Runs that have images in their input, until they end. */
  readonly #working = new Map<StateRun, readonly number[]>();
  #running = new Set<number>();
  #seenRuns = 0;
  #open: StateRun[] = [];
  #startRead = false;

  /** Takes what the history tells beyond what it told last time. */
  update(history: History): void {
    const [first] = history.events;
    if (!this.#startRead && first) {
      this.#startRead = true;
      this.#readInput(parse(first.details["input"]));
    }
    const fresh = history.runs.slice(this.#seenRuns);
    this.#seenRuns = history.runs.length;
    for (const run of fresh) this.#enter(run);
    const stillOpen: StateRun[] = [];
    for (const run of [...this.#open, ...fresh]) {
      if (run.exitedAt === undefined) stillOpen.push(run);
      else this.#exit(run);
    }
    this.#open = stillOpen;
    this.#running = new Set([...this.#working.values()].flat());
  }

  /** Results from elsewhere: the execution's output, or the API. */
  settle(results: readonly ImageResult[]): void {
    for (const result of results) {
      this.#references[result.index] = result.image;
      this.#results[result.index] = result;
    }
  }

  /** In request order, those that are known: a child execution has a few of its list's. */
  get entries(): readonly ImageEntry[] {
    const entries: ImageEntry[] = [];
    this.#references.forEach((image, index) => {
      const result = this.#results[index];
      entries.push({ index, image, running: this.#running.has(index), ...(result === undefined ? {} : { result }) });
    });
    return entries;
  }

  get complete(): boolean {
    return this.#references.length > 0 && this.#references.every((_, index) => this.#results[index] !== undefined);
  }

  #readInput(input: unknown): void {
    const parsed = WorkflowInput.safeParse(input);
    if (parsed.success && "images" in parsed.data) this.#references.push(...parsed.data.images);
  }

  #enter(run: StateRun): void {
    if (run.type !== "Task") return;
    const batch = Batch.safeParse(parse(run.input));
    if (!batch.success) return;
    const items = batch.data.Items;
    for (const { index, image } of items) this.#references[index] ??= image;
    this.#working.set(
      run,
      items.flatMap(({ index, also }) => [index, ...also]),
    );
  }

  #exit(run: StateRun): void {
    this.#working.delete(run);
    const output = parse(run.output);
    const plan = InlinePlan.safeParse(output);
    if (plan.success) {
      for (const { index, image, also } of plan.data.batches.flatMap(({ Items }) => Items)) {
        for (const place of [index, ...also]) this.#references[place] ??= image;
      }
      return;
    }
    const outcome = Outcome.safeParse(output);
    if (outcome.success) {
      this.settle(outcome.data.results ?? []);
      return;
    }
    const batch = BatchResult.safeParse(output);
    if (!batch.success) return;
    for (const { also, ...result } of batch.data.results) {
      this.settle([
        result,
        ...also.map((index) => ({ ...result, index, image: this.#references[index] ?? result.image })),
      ]);
    }
  }
}

function parse(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
