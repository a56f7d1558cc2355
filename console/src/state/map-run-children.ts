import type { ChildBatch } from "../model/images/images.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** Child executions that one look lists per call: AWS's maximum. */
const pageSize = 1_000;

export type ChildServices = Pick<StepFunctions, "executions" | "describe">;

/**
 * Reads the child executions of one Map Run as they start and end. Each look lists the children that run and those that
 * are new, and reads the data of at most `budget` of them, so that a long list costs a bounded number of calls per look.
 */
export class MapRunChildren {
  readonly #mapRunArn: string;
  readonly #services: ChildServices;
  readonly #known = new Map<string, ExecutionRow>();
  /** Children whose data is not read yet, or changed since it was read. */
  readonly #unread = new Map<string, ExecutionRow>();
  #running = new Set<string>();
  /** Every child has been listed once: from then on only new ones are. */
  #listed = false;

  constructor(mapRunArn: string, services: ChildServices) {
    this.#mapRunArn = mapRunArn;
    this.#services = services;
  }

  /** Every child that has been seen has been read with the data of its end. */
  get complete(): boolean {
    return this.#listed && this.#unread.size === 0 && this.#running.size === 0;
  }

  /** What is new since the last look. */
  async look(budget: number): Promise<readonly ChildBatch[]> {
    await this.#list();
    const chosen = this.#choose(budget);
    const batches = await Promise.all(chosen.map((row) => this.#read(row)));
    for (const { arn } of chosen) this.#unread.delete(arn);
    return batches;
  }

  /** Children that have ended first: they have results. */
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
      // The list is sorted by start, so after a page without new children there are no more.
      nextToken = this.#listed && news === 0 ? undefined : page.nextToken;
    } while (nextToken !== undefined);
    this.#listed = true;
    // Children that ran at the last look, do not run now, and were not on the pages that were read.
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
