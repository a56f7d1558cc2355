import type { ExecutionRecord } from "./store/execution-store.ts";

/**
 * The current records of all executions on disk, in the order in which they began. Those of a Map Run are also found by
 * its ARN: it has thousands, and progress is asked for while they run.
 */
export class ExecutionRecords {
  readonly #byArn = new Map<string, ExecutionRecord>();
  /** By Map Run; several of one index, which Express children of a redriven Map Run are, with the latest last. */
  readonly #byMapRun = new Map<string, Map<string, ExecutionRecord>>();

  get(arn: string): ExecutionRecord | undefined {
    return this.#byArn.get(arn);
  }

  has(arn: string): boolean {
    return this.#byArn.has(arn);
  }

  set(record: ExecutionRecord): void {
    const { arn, mapRun } = record;
    this.#byArn.set(arn, record);
    if (mapRun === undefined) return;
    const children = this.#byMapRun.get(mapRun.arn) ?? new Map<string, ExecutionRecord>();
    this.#byMapRun.set(mapRun.arn, children.set(arn, record));
  }

  all(): readonly ExecutionRecord[] {
    return [...this.#byArn.values()];
  }

  /** All child executions of a Map Run, those that later ones replaced included. */
  ofMapRun(mapRunArn: string): readonly ExecutionRecord[] {
    return [...(this.#byMapRun.get(mapRunArn)?.values() ?? [])];
  }

  /** The latest execution at each index of a Map Run; undefined for a child that was never started. */
  childrenOf(mapRunArn: string): readonly (ExecutionRecord | undefined)[] {
    const children: (ExecutionRecord | undefined)[] = [];
    for (const record of this.#byMapRun.get(mapRunArn)?.values() ?? []) {
      if (record.mapRun !== undefined) children[record.mapRun.index] = record;
    }
    return children;
  }
}
