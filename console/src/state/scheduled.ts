import { parseJson } from "../model/words.ts";
import { type Configuration, executionArn, executionName, machineArnOf } from "../service/configuration.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { Description, ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** An execution that waits for its time. */
export interface ScheduledRow extends ExecutionRow {
  /** Milliseconds since 1970; undefined until its input has been read. */
  readonly startsAt: number | undefined;
}

/** Rows that are shown at first, and with each request for more: the time of each costs a call. */
const shownAtOnce = 20;
/** Executions that one call of ListExecutions returns at most (AWS's limit). */
const listedAtOnce = 1_000;

/** The executions that another workflow holds until the main one may start them. */
export class Scheduled {
  readonly #configuration: Configuration;
  readonly #stepFunctions: Pick<StepFunctions, "executions" | "describe">;
  readonly #changed: () => void;
  /** The times of the rows that are shown. */
  readonly #times = new Map<string, number | undefined>();
  #shown = shownAtOnce;
  rows: readonly ScheduledRow[] = [];
  /** Number of executions that wait as well, but are not among the rows. */
  hidden = 0;
  /** Whether there are even more, which were not counted. */
  isCut = false;
  problem: Problem | undefined;

  constructor(
    configuration: Configuration,
    stepFunctions: Pick<StepFunctions, "executions" | "describe">,
    changed: () => void = () => {},
  ) {
    this.#configuration = configuration;
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
  }

  /** Reads which executions wait, and of each new one until when. An error is kept as `problem`. */
  async refresh(): Promise<void> {
    const { delayedStartArn } = this.#configuration;
    if (delayedStartArn === undefined) return;
    try {
      await this.#read(delayedStartArn);
      this.problem = undefined;
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  /** Shows up to twenty more of them. */
  async more(): Promise<void> {
    this.#shown += shownAtOnce;
    await this.refresh();
    this.#changed();
  }

  async #read(delayedStartArn: string): Promise<void> {
    const request = { of: delayedStartArn, status: "RUNNING", maxResults: listedAtOnce };
    const { rows, nextToken } = await this.#stepFunctions.executions(request);
    const shown = rows.slice(0, this.#shown);
    for (const { arn } of shown) {
      if (!this.#times.has(arn)) this.#times.set(arn, startTimeOf(await this.#stepFunctions.describe(arn)));
    }
    const arns = new Set(shown.map(({ arn }) => arn));
    for (const arn of this.#times.keys()) if (!arns.has(arn)) this.#times.delete(arn);
    this.hidden = rows.length - shown.length;
    this.isCut = nextToken !== undefined;
    this.rows = shown
      .map((row) => ({ ...row, startsAt: this.#times.get(row.arn) }))
      .sort((one, other) => (one.startsAt ?? 0) - (other.startsAt ?? 0));
  }

  /** The execution that holds, or has held, an execution of the main workflow; undefined if there is none. */
  async holderOf(arn: string): Promise<string | undefined> {
    const { workflowArn, delayedStartArn } = this.#configuration;
    if (delayedStartArn === undefined || machineArnOf(arn) !== workflowArn) return undefined;
    const holder = executionArn(delayedStartArn, executionName(arn));
    const found = await this.#stepFunctions.describe(holder).catch(() => undefined);
    return found && holder;
  }
}

/** When a held execution starts. */
export function startTimeOf({ input }: Pick<Description, "input">): number | undefined {
  const { notBefore } = (parseJson(input) ?? {}) as { notBefore?: unknown };
  const time = typeof notBefore === "string" ? Date.parse(notBefore) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
