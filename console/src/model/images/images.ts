import { AnyBatchResult } from "../../../../contract/any-release.ts";
import {
  Batch,
  type BatchResult,
  type ImageResult,
  InlinePlan,
  type Item,
  imagesInInput,
  LargePlan,
  WorkflowInput,
} from "../../../../contract/workflow.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";
import { parseJson } from "../words.ts";
import type { ImageEntry, ImageState } from "./entry.ts";
import { ShownOutcome } from "./shown-outcome.ts";

/** The state of a batch. One that has ended without results is tried again, unless its child execution failed. */
export type WorkState = "queued" | "running" | "ended" | "failed" | "aborted";

/** A child execution of a Distributed Map, with its images. */
export interface ChildBatch {
  readonly arn: string;
  readonly state: WorkState;
  /** Its input and output, as Step Functions returns them. */
  readonly input: string | undefined;
  readonly output: string | undefined;
}

interface Work {
  readonly runId: number | undefined;
  readonly childArn: string | undefined;
  state: WorkState;
}

/**
 * Collects the images of an execution from its history and its child executions, so that each result is shown as soon
 * as its batch has ended. It reads the data of every state that has the shapes of the workflow contract, so images are
 * shown for the examples too.
 */
export class Images {
  /** Increases with every change. A value derived from the images is valid while the version is unchanged. */
  version = 0;
  /** References by index. An index whose reference has not been read yet is a hole. */
  readonly #references: string[] = [];
  readonly #results: ImageResult[] = [];
  readonly #work: Work[] = [];
  readonly #workOfRun = new Map<StateRun, Work>();
  /** Number of images in the request, once a plan gives it; the references of a large plan are read later. */
  #total = 0;
  #resultCount = 0;
  #historyVersion = 0;
  #seenRuns = 0;
  #open: StateRun[] = [];
  #startRead = false;
  #ended = false;
  #plan: LargePlan["plan"] | undefined;
  #entries: { readonly version: number; readonly entries: readonly ImageEntry[] } | undefined;

  /** Reads the events that were added to the history since the last call. */
  update(history: History): void {
    if (history.version === this.#historyVersion) return;
    this.#historyVersion = history.version;
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

  /** The location of a large plan's items in the bucket; undefined once they have been read. */
  get unreadPlan(): LargePlan["plan"] | undefined {
    return this.#plan;
  }

  /** Adds the items of a large plan, after they were read from the bucket. */
  takePlan(items: readonly Item[]): void {
    for (const item of items) this.#name(item);
    this.#plan = undefined;
    this.version += 1;
  }

  /** Adds the input and, if any, the output of a child execution. May be called again when the child has changed. */
  takeChild({ arn, state, input, output }: ChildBatch): void {
    const batch = Batch.safeParse(parseJson(input));
    if (batch.success) {
      const work: Work = { runId: undefined, childArn: arn, state };
      for (const item of batch.data.Items) {
        this.#name(item);
        for (const index of [item.index, ...item.duplicates]) this.#work[index] = work;
      }
    }
    const results = AnyBatchResult.safeParse(parseJson(output));
    if (results.success) this.#takeResults(results.data);
    this.version += 1;
  }

  /** Adds results from the execution's output or from the API. */
  settle(results: readonly ImageResult[]): void {
    for (const result of results) {
      this.#references[result.index] = result.image;
      if (this.#results[result.index] === undefined) this.#resultCount += 1;
      this.#results[result.index] = result;
    }
    this.version += 1;
  }

  /** Sets whether the execution has ended. After the end, an image without a result will not get one. */
  end(ended: boolean): void {
    if (this.#ended === ended) return;
    this.#ended = ended;
    this.version += 1;
  }

  /** Number of images with a result. */
  get resultCount(): number {
    return this.#resultCount;
  }

  /** The images in request order. For a child execution, only the images in its input. */
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
    const state = this.#work[index]?.state;
    if (state === "failed") return "failed";
    if (this.#ended) return "aborted";
    // After a failed batch, each of its images is tried again separately; until then the images wait.
    return state === undefined || state === "ended" ? "waiting" : state;
  }

  #readInput(input: unknown): void {
    const parsed = WorkflowInput.safeParse(input);
    if (parsed.success) this.#references.push(...imagesInInput(parsed.data));
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
    const batch = AnyBatchResult.safeParse(output);
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
