import { detail } from "../model/history/event.ts";
import { History } from "../model/history/history.ts";
import type { RunStatus } from "../model/history/run.ts";
import { addTallies, type Tally, tallyByState } from "../model/history/tally.ts";
import type { ChildBatch, WorkState } from "../model/images/images.ts";
import { type Taken, takenInside } from "../model/workflow/taken.ts";
import { isExpressRun } from "../service/configuration.ts";
import { allPages } from "../service/history-pages.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** Maximum number of child executions per ListExecutions call (AWS's limit). */
const pageSize = 1_000;

export type ChildServices = Pick<StepFunctions, "executions" | "describe" | "pagesOf">;

/** What the histories of children say about the states in the definition of their Map. */
export interface ChildStates {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly taken: Taken;
}

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
  /** Running children whose call had not begun when they were read. */
  readonly #queued = new Set<string>();
  #running = new Set<string>();
  readonly #tallies = new Map<string, ReadonlyMap<string, Tally>>();
  readonly #taken = new Set<string>();
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

  /** Reads the children that are new or have changed since the last call. `take` gets each one as soon as it is read. */
  async look(budget: number, take: (child: ChildBatch) => void): Promise<void> {
    await this.#list();
    const read = async (row: ExecutionRow): Promise<void> => {
      const child = await this.#read(row);
      this.#unread.delete(row.arn);
      if (child.state === "queued") this.#queued.add(row.arn);
      else this.#queued.delete(row.arn);
      take(child);
    };
    await Promise.all(this.#choose(budget).map(read));
  }

  /** The states of the children that have been read. */
  get states(): ChildStates {
    return { tallies: addTallies(this.#tallies.values()), taken: this.#taken };
  }

  /**
   * Prefers children that have ended, because they have results; among equals, those that started first, because the page
   * shows the first images. Those whose call had not begun are read again, after all others.
   */
  #choose(budget: number): readonly ExecutionRow[] {
    const rows = [...this.#unread.values()].sort((one, other) => one.startedAt - other.startedAt);
    const ended = rows.filter(({ status }) => status !== "RUNNING");
    const running = rows.filter(({ status }) => status === "RUNNING");
    const queued = [...this.#queued].flatMap((arn) => (this.#unread.has(arn) ? [] : (this.#known.get(arn) ?? [])));
    return [...ended, ...running, ...queued].slice(0, budget);
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
    // An Express child has no history that can be read.
    if (isExpressRun(row.arn)) return this.#describe(row);
    const history = new History();
    // One call, as DescribeExecution is, and it says as well which states the child entered.
    for await (const events of allPages(this.#services.pagesOf(row.arn))) history.append(events);
    this.#tallies.set(row.arn, tallyByState(history.runs));
    for (const key of takenInside(history)) this.#taken.add(key);
    const { runs } = history;
    const busy = runs.some(({ working }) => working) ? "running" : "queued";
    const state = history.endedAt === undefined ? busy : endStates[history.status];
    this.#known.set(row.arn, { ...row, status: history.endedAt === undefined ? "RUNNING" : row.status });
    const [first, last] = [history.events[0], history.events.at(-1)];
    const output = last?.type === "ExecutionSucceeded" ? detail(last, "output") : undefined;
    return { arn: row.arn, state, input: first && detail(first, "input"), output };
  }

  async #describe(row: ExecutionRow): Promise<ChildBatch> {
    const { arn, status, input, output } = await this.#services.describe(row.arn);
    this.#known.set(arn, { ...row, status });
    return { arn, state: statesOfStatus[status] ?? "ended", input, output };
  }
}

const endStates: Readonly<Record<RunStatus, WorkState>> = {
  running: "ended",
  succeeded: "ended",
  caught: "ended",
  failed: "failed",
  aborted: "aborted",
};

const statesOfStatus: Readonly<Record<string, WorkState>> = {
  RUNNING: "running",
  FAILED: "failed",
  TIMED_OUT: "failed",
  ABORTED: "aborted",
};
