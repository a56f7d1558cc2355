import {
  Batch,
  BatchResult,
  type ImageResult,
  InlinePlan,
  type Item,
  LargePlan,
  WorkflowInput,
} from "../../../../contract/workflow.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";
import { parseJson } from "../words.ts";
import type { ImageEntry, ImageState } from "./entry.ts";
import { ShownOutcome } from "./shown-outcome.ts";

/** A child execution of a Distributed Map, with its images. */
export interface ChildBatch {
  readonly arn: string;
  readonly state: "queued" | "running" | "ended";
  /** Its input and output, as Step Functions has them. */
  readonly input: string | undefined;
  readonly output: string | undefined;
}

interface Work {
  readonly runId: number | undefined;
  readonly childArn: string | undefined;
  state: "queued" | "running" | "ended";
}

/**
 * Collects the images of an execution from its history and its child executions, so that each result is shown as soon
 * as its batch has ended. Every state whose data has the shapes of the workflow contract counts, so the examples show
 * images too.
 */
export class Images {
  /** Increases with every change; values derived from the images are valid until then. */
  version = 0;
  /** By index; indexes that were never named are holes. */
  readonly #references: string[] = [];
  readonly #results: ImageResult[] = [];
  readonly #work: Work[] = [];
  readonly #workOfRun = new Map<StateRun, Work>();
  /** Images of the request, once a plan has said how many; the references of a large plan are read later. */
  #total = 0;
  #seenRuns = 0;
  #open: StateRun[] = [];
  #startRead = false;
  #ended = false;
  #plan: LargePlan["plan"] | undefined;
  #entries: { readonly version: number; readonly entries: readonly ImageEntry[] } | undefined;

  /** Takes what the history has gained since the last call. */
  update(history: History): void {
    const [first] = history.events;
    if (!this.#startRead && first) {
      this.#startRead = true;
      this.#readInput(parseJson(first.details["input"]));
    }
    const fresh = history.runs.slice(this.#seenRuns);
    this.#seenRuns = history.runs.length;
    for (const run of fresh) this.#enter(run);
    const stillOpen: StateRun[] = [];
    for (const run of [...this.#open, ...fresh]) {
      if (run.exitedAt === undefined) stillOpen.push(run);
      const work = this.#workOfRun.get(run);
      if (work !== undefined) work.state = run.exitedAt !== undefined ? "ended" : run.working ? "running" : "queued";
      if (run.exitedAt !== undefined) this.#readOutput(run);
    }
    this.#open = stillOpen;
    this.version += 1;
  }

  /** Where the items of a large plan are, until their names have been read. */
  get unreadPlan(): LargePlan["plan"] | undefined {
    return this.#plan;
  }

  /** The items of a large plan, from the bucket. */
  takePlan(items: readonly Item[]): void {
    for (const item of items) this.#name(item);
    this.#plan = undefined;
    this.version += 1;
  }

  /** What a child execution works on, and what came of it. It may be called again when the child has changed. */
  takeChild({ arn, state, input, output }: ChildBatch): void {
    const batch = Batch.safeParse(parseJson(input));
    if (batch.success) {
      const work: Work = { runId: undefined, childArn: arn, state };
      for (const item of batch.data.Items) {
        this.#name(item);
        for (const index of [item.index, ...item.duplicates]) this.#work[index] = work;
      }
    }
    const results = BatchResult.safeParse(parseJson(output));
    if (results.success) this.#takeResults(results.data);
    this.version += 1;
  }

  /** Results from elsewhere: the execution's output, or the API. */
  settle(results: readonly ImageResult[]): void {
    for (const result of results) {
      this.#references[result.index] = result.image;
      this.#results[result.index] = result;
    }
    this.version += 1;
  }

  /** Whether the execution has ended: an image without a result then stays without one. */
  end(ended: boolean): void {
    if (this.#ended === ended) return;
    this.#ended = ended;
    this.version += 1;
  }

  /** In request order. Of a child execution only the images that it was given. */
  get entries(): readonly ImageEntry[] {
    if (this.#entries?.version === this.version) return this.#entries.entries;
    const entries: ImageEntry[] = [];
    const length = Math.max(this.#total, this.#references.length);
    for (let index = 0; index < length; index += 1) {
      if (this.#total > 0 || this.#references[index] !== undefined) entries.push(this.#entry(index));
    }
    this.#entries = { version: this.version, entries };
    return entries;
  }

  #entry(index: number): ImageEntry {
    const { runId, childArn } = this.#work[index] ?? {};
    const result = this.#results[index];
    return { index, image: this.#references[index], state: this.#stateOf(index), result, runId, childArn };
  }

  #stateOf(index: number): ImageState {
    const result = this.#results[index];
    if (result !== undefined) return "error" in result ? "failed" : "done";
    if (this.#ended) return "aborted";
    const state = this.#work[index]?.state;
    // A batch that failed is tried again, image by image: until then its images wait.
    return state === undefined || state === "ended" ? "waiting" : state;
  }

  #readInput(input: unknown): void {
    const parsed = WorkflowInput.safeParse(input);
    if (parsed.success && "images" in parsed.data) this.#references.push(...parsed.data.images);
  }

  #enter(run: StateRun): void {
    if (run.type !== "Task") return;
    const batch = Batch.safeParse(parseJson(run.input));
    if (!batch.success) return;
    const work: Work = { runId: run.id, childArn: undefined, state: "queued" };
    this.#workOfRun.set(run, work);
    for (const item of batch.data.Items) {
      this.#name(item);
      for (const index of [item.index, ...item.duplicates]) this.#work[index] = work;
    }
  }

  #readOutput(run: StateRun): void {
    const output = parseJson(run.output);
    const inline = InlinePlan.safeParse(output);
    if (inline.success) {
      this.#total = inline.data.total;
      for (const item of inline.data.batches.flatMap(({ Items }) => Items)) this.#name(item);
      return;
    }
    const large = LargePlan.safeParse(output);
    if (large.success) {
      this.#total = large.data.total;
      this.#plan = large.data.plan;
      return;
    }
    const outcome = ShownOutcome.safeParse(output);
    if (outcome.success) {
      this.settle(outcome.data.results ?? []);
      return;
    }
    const batch = BatchResult.safeParse(output);
    if (batch.success) this.#takeResults(batch.data);
  }

  #takeResults({ results }: BatchResult): void {
    for (const { duplicates, ...result } of results) {
      this.settle([
        result,
        ...duplicates.map((index) => ({ ...result, index, image: this.#references[index] ?? result.image })),
      ]);
    }
  }

  #name({ index, image, duplicates }: Item): void {
    for (const each of [index, ...duplicates]) this.#references[each] ??= image;
  }
}
