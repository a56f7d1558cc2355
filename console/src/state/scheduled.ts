import { parseJson } from "../model/words.ts";
import { type Configuration, executionArn, executionName, machineArnOf } from "../service/configuration.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { Description, ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** An execution that waits for its time. */
export interface ScheduledRow extends ExecutionRow {
  /** Milliseconds since 1970; undefined until its input has been read. */
  readonly startsAt: number | undefined;
}

/** Rows that are shown at most; more are in the list of the workflow that holds them. */
const most = 20;

/** The executions that another workflow holds until the main one may start them. */
export class Scheduled {
  readonly #configuration: Configuration;
  readonly #stepFunctions: Pick<StepFunctions, "executions" | "describe">;
  readonly #times = new Map<string, number | undefined>();
  rows: readonly ScheduledRow[] = [];
  problem: Problem | undefined;

  constructor(configuration: Configuration, stepFunctions: Pick<StepFunctions, "executions" | "describe">) {
    this.#configuration = configuration;
    this.#stepFunctions = stepFunctions;
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

  async #read(delayedStartArn: string): Promise<void> {
    const request = { of: delayedStartArn, status: "RUNNING", maxResults: most };
    const { rows } = await this.#stepFunctions.executions(request);
    for (const { arn } of rows) {
      if (!this.#times.has(arn)) this.#times.set(arn, startTimeOf(await this.#stepFunctions.describe(arn)));
    }
    this.rows = rows
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
