import type { ChildBatch } from "../model/images/images.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** Maximum number of child executions per ListExecutions call (AWS's limit). */
const pageSize = 1_000;

export type ChildServices = Pick<StepFunctions, "executions" | "describe">;

/**
 * Reads the child executions of one Map Run as they start and end. Each call of `look` lists the running and the new
 * children, and reads the data of at most `budget` of them, so that a long list costs a bounded number of calls.
 */
export class MapRunChildren {
  readonly #mapRunArn: string;
  readonly #services: ChildServices;
  readonly #known = new Map<string, ExecutionRow>();
  /** Children whose data has not been read, or has changed since it was read. */
  readonly #unread = new Map<string, ExecutionRow>();
  #running = new Set<string>();
  /** Whether every child has been listed once. After that, only new children are listed. */
  #listed = false;

  constructor(mapRunArn: string, services: ChildServices) {
    this.#mapRunArn = mapRunArn;
    this.#services = services;
  }

  /** Whether all known children have ended and their final data has been read. */
  get complete(): boolean {
    return this.#listed && this.#unread.size === 0 && this.#running.size === 0;
  }

  /** Reads the children that are new or have changed since the last call. */
  async look(budget: number): Promise<readonly ChildBatch[]> {
    await this.#list();
    const chosen = this.#choose(budget);
    const batches = await Promise.all(chosen.map((row) => this.#read(row)));
    for (const { arn } of chosen) this.#unread.delete(arn);
    return batches;
  }

  /** Prefers children that have ended, because they have results. */
  #choose(budget: number): readonly ExecutionRow[] {
    const rows = [...this.#unread.values()];
    const ended = rows.filter(({ status }) => status !== "RUNNING");
    const running = rows.filter(({ status }) => status === "RUNNING");
    return [...ended, ...running].slice(0, budget);
  }

  async #list(): Promise<void> {
    const running = await this.#services.executions({
      of: this.#mapRunArn,
      status: "RUNNING",
      maxResults: pageSize,
    });
    const now = new Set(running.rows.map(({ arn }) => arn));
    let nextToken: string | undefined;
    do {
      const page = await this.#services.executions({ of: this.#mapRunArn, maxResults: pageSize, nextToken });
      let news = 0;
      for (const row of page.rows) {
        const known = this.#known.get(row.arn);
        if (known?.status === row.status) continue;
        news += known === undefined ? 1 : 0;
        this.#known.set(row.arn, row);
        this.#unread.set(row.arn, row);
      }
      // The list is sorted by start time, so no new children follow a page without any.
      nextToken = this.#listed && news === 0 ? undefined : page.nextToken;
    } while (nextToken !== undefined);
    this.#listed = true;
    // Children that were running at the last call, are not running now, and were not on the pages that were read.
    for (const arn of this.#running) {
      const row = this.#known.get(arn);
      if (!now.has(arn) && row?.status === "RUNNING") this.#unread.set(arn, { ...row, status: "ENDED" });
    }
    this.#running = now;
  }

  async #read(row: ExecutionRow): Promise<ChildBatch> {
    const { arn, status, input, output } = await this.#services.describe(row.arn);
    this.#known.set(arn, { ...row, status });
    return { arn, state: status === "RUNNING" ? "running" : "ended", input, output };
  }
}
