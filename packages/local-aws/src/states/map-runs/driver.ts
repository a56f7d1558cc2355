import { statesLimits } from "../../limits.ts";
import { deferred } from "../deferred.ts";
import { Cancelled, ExecutionError } from "../interpreter/error.ts";
import type { MapRunRequest } from "../interpreter/map/map-run.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import type { InputFile } from "../store/input-file.ts";
import type { MapRunRecord } from "../store/map-run-store.ts";
import { childName } from "./child-name.ts";
import type { Children } from "./children.ts";

/** Maximum number of concurrent child executions of one Map Run. */
const { distributedMapConcurrency: mostConcurrent } = statesLimits;

/** Runs the children of one Map Run, with its maximum concurrency, until all have ended or too many have failed. */
export class Driver {
  readonly #request: MapRunRequest;
  readonly #children: Children;
  readonly #inputs: InputFile;
  readonly #record: () => MapRunRecord;
  readonly #update: (fields: Partial<MapRunRecord>) => void;
  readonly #running = new Set<string>();
  /** Children that a redrive runs again, the last one first. */
  #again: ExecutionRecord[] = [];
  #next = 0;
  #failedItems = 0;
  #stopped = false;
  #changed = deferred();

  constructor(options: {
    readonly request: MapRunRequest;
    readonly children: Children;
    readonly inputs: InputFile;
    readonly record: () => MapRunRecord;
    readonly update: (fields: Partial<MapRunRecord>) => void;
  }) {
    this.#request = options.request;
    this.#children = options.children;
    this.#inputs = options.inputs;
    this.#record = options.record;
    this.#update = options.update;
  }

  async run(): Promise<ExecutionError | undefined> {
    if (this.#record().children === undefined) this.#update(await this.#inputs.write(this.#readInputs()));
    this.#attach();
    for (;;) {
      if (this.#stopped) throw new Cancelled();
      if (this.#exceeded()) return this.#giveUp();
      if (this.#mayStart()) {
        this.#startOne();
        // Lets other work of the process run between two children.
        await new Promise(setImmediate);
      } else if (this.#running.size > 0) {
        await this.#change();
      } else {
        return undefined;
      }
    }
  }

  /** Starts no more children; the running ones continue. */
  suspend(): void {
    this.#stopped = true;
    this.wake();
  }

  /** Starts no more children and aborts the running ones. */
  abort(): void {
    this.suspend();
    this.#stopRunning();
  }

  /** Checks again what can be started, after a child has ended or a setting has changed. */
  wake(): void {
    this.#changed.resolve();
  }

  async *#readInputs() {
    for await (const input of this.#request.inputs()) {
      if (this.#stopped) throw new Cancelled();
      yield input;
    }
  }

  /** Continues with the children that an earlier process or attempt started. */
  #attach(): void {
    const begun = this.#children.childrenOf(this.#request.arn);
    this.#next = begun.length;
    for (const child of begun) {
      if (child === undefined) continue;
      if (child.status === "RUNNING") this.#follow(child.arn);
      else if (this.#isFormer(child)) this.#again.push(child);
      else this.#count(child);
    }
    this.#again.reverse();
  }

  /** Whether a child ended without success in an earlier attempt of the Map Run, and is to run again. */
  #isFormer({ status, mapRun }: ExecutionRecord): boolean {
    return status !== "SUCCEEDED" && (mapRun?.redriveCount ?? 0) < this.#record().redriveCount;
  }

  #mayStart(): boolean {
    const { maxConcurrency, children = 0 } = this.#record();
    const most = Math.min(maxConcurrency || mostConcurrent, mostConcurrent);
    return this.#running.size < most && (this.#again.length > 0 || this.#next < children);
  }

  #startOne(): void {
    const again = this.#again.pop();
    const index = again?.mapRun?.index ?? this.#next;
    if (again === undefined) this.#next += 1;
    const { arn, roleArn, processor } = this.#request;
    const run = this.#record();
    const { text, items } = this.#inputs.read(index);
    const position = { arn, index, items, redriveCount: run.redriveCount };
    if (again !== undefined && !run.express) {
      this.#children.redriveChild(again, position);
      this.#follow(again.arn);
    } else {
      const child = { ...childName(run, index), roleArn, processor, position, input: text };
      this.#follow(this.#children.startChild(child).arn);
    }
  }

  #follow(arn: string): void {
    this.#running.add(arn);
    void this.#children.settled(arn).then((record) => {
      // A suspended child continues in the next process; for this process, it never ends.
      if (record === undefined || record.status === "RUNNING") return;
      this.#running.delete(arn);
      // A child that still ran when its Map Run was stopped may end after the redrive has begun.
      if (this.#isFormer(record)) this.#again.push(record);
      else this.#count(record);
      this.wake();
    });
  }

  #count({ status, mapRun }: ExecutionRecord): void {
    if (status !== "SUCCEEDED") this.#failedItems += mapRun?.items ?? 1;
  }

  #exceeded(): boolean {
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage, items = 0 } = this.#record();
    if (this.#failedItems === 0) return false;
    if (count === undefined && percentage === undefined) return true;
    const overCount = count !== undefined && this.#failedItems > count;
    return overCount || (percentage !== undefined && this.#failedItems * 100 > percentage * items);
  }

  async #giveUp(): Promise<ExecutionError> {
    this.#stopRunning();
    while (this.#running.size > 0 && !this.#stopped) await this.#change();
    if (this.#stopped) throw new Cancelled();
    return new ExecutionError(
      "States.ExceedToleratedFailureThreshold",
      "The specified tolerated failure threshold was exceeded",
    );
  }

  #stopRunning(): void {
    void stopAll([...this.#running], this.#children);
  }

  async #change(): Promise<void> {
    await this.#changed.promise;
    this.#changed = deferred();
  }
}

/** Ends executions as ABORTED. There may be thousands, so other work of the process can run between two of them. */
export async function stopAll(arns: readonly string[], children: Pick<Children, "find" | "stop">): Promise<void> {
  for (const arn of arns) {
    const child = children.find(arn);
    if (child?.status === "RUNNING") await children.stop(child, {});
    await new Promise(setImmediate);
  }
}
