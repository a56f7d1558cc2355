import { readEvent } from "../model/history/event.ts";
import type { Aws } from "./aws.ts";
import type { ReadPage } from "./history-pages.ts";

/** An execution as it appears in a list. Times are milliseconds since 1970. */
export interface ExecutionRow {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  /** For a child of a Map Run: the number of items in its input. */
  readonly itemCount: number | undefined;
}

/** An execution as DescribeExecution returns it. */
export interface Description extends ExecutionRow {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** For a child execution: the Map Run that started it. */
  readonly mapRunArn: string | undefined;
  readonly redrivable: boolean;
  /** Why it cannot be redriven. */
  readonly redriveReason: string | undefined;
}

/** A Map Run: how many of its items and child executions have each status. */
export interface MapRunLook {
  readonly arn: string;
  readonly label: string;
  readonly status: string;
  readonly items: Counts;
  readonly children: Counts;
}

export interface Counts {
  readonly total: number;
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  /** Includes those that timed out. */
  readonly failed: number;
  readonly aborted: number;
}

/** What became of a state that was tried. */
export interface TriedState {
  /** `SUCCEEDED`, `FAILED`, `RETRIABLE` or `CAUGHT_ERROR`. */
  readonly status: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The state that would follow. */
  readonly nextState: string | undefined;
}

export interface ListRequest {
  /** ARN of a state machine or a Map Run. */
  readonly of: string;
  readonly status?: string | undefined;
  /** At most 1,000. */
  readonly maxResults: number;
  readonly nextToken?: string | undefined;
}

export interface ExecutionPage {
  readonly rows: readonly ExecutionRow[];
  readonly nextToken: string | undefined;
  /** A sentence that says what is missing, if something is. */
  readonly note?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Runs of which Step Functions itself keeps nothing, as a log has them. */
export interface LoggedRuns {
  /** Whether an ARN is that of such a run, or of its state machine. */
  has(arn: string): boolean;
  list(machineArn: string, status: string | undefined): Promise<ExecutionPage>;
  describe(arn: string): Promise<Description>;
  pagesOf(arn: string): ReadPage;
  machineOf(arn: string): string;
}

/** The Step Functions operations that this page uses. */
export class StepFunctions {
  readonly #aws: Pick<Aws, "call">;
  readonly #express: LoggedRuns | undefined;

  /** @param express what the logs have of Express runs, of which Step Functions keeps nothing */
  constructor(aws: Pick<Aws, "call">, express?: LoggedRuns) {
    this.#aws = aws;
    this.#express = express;
  }

  /** Executions of a machine, or children of a Map Run: newest first. */
  async executions({ of, status, maxResults, nextToken }: ListRequest): Promise<ExecutionPage> {
    if (this.#express?.has(of)) return this.#express.list(of, status);
    const source = of.includes(":mapRun:") ? { mapRunArn: of } : { stateMachineArn: of };
    const page = await this.#call("ListExecutions", { ...source, statusFilter: status, maxResults, nextToken });
    return { rows: listOf(page["executions"]).map(readRow), nextToken: textOf(page["nextToken"]) };
  }

  async describe(executionArn: string): Promise<Description> {
    if (this.#express?.has(executionArn)) return this.#express.describe(executionArn);
    const fields = await this.#call("DescribeExecution", { executionArn });
    return {
      ...readRow(fields),
      input: textOf(fields["input"]),
      output: textOf(fields["output"]),
      error: textOf(fields["error"]),
      cause: textOf(fields["cause"]),
      mapRunArn: textOf(fields["mapRunArn"]),
      redrivable: fields["redriveStatus"] === "REDRIVABLE",
      redriveReason: textOf(fields["redriveStatusReason"]),
    };
  }

  /** Starts an execution with a random name and returns its ARN. */
  async start(stateMachineArn: string, input: string): Promise<string> {
    return textOf((await this.#call("StartExecution", { stateMachineArn, input }))["executionArn"]) ?? "";
  }

  async stop(executionArn: string): Promise<void> {
    const cause = "Stopped in the console.";
    await this.#call("StopExecution", { executionArn, error: "Stopped", cause });
  }

  /** Redrives an execution: runs its failed states again. */
  async redrive(executionArn: string): Promise<void> {
    await this.#call("RedriveExecution", { executionArn });
  }

  /**
   * Runs one state of an execution's definition by itself, with the execution's role: it calls its function or service,
   * and nothing follows it.
   */
  async tryState(
    execution: Pick<Description, "arn" | "name" | "startedAt">,
    stateName: string,
    input: string,
  ): Promise<TriedState> {
    const { arn: executionArn, name, startedAt } = execution;
    const { definition, roleArn } = await this.#call("DescribeStateMachineForExecution", { executionArn });
    const StartTime = new Date(startedAt).toISOString();
    // The task says in its payload which call it is.
    const State = { Name: stateName, EnteredTime: new Date().toISOString(), RetryCount: 0 };
    const context = JSON.stringify({ Execution: { Id: executionArn, Name: name, RoleArn: roleArn, StartTime }, State });
    const fields = await this.#call("TestState", { definition, roleArn, stateName, input, context });
    return {
      status: textOf(fields["status"]) ?? "",
      output: textOf(fields["output"]),
      error: textOf(fields["error"]),
      cause: textOf(fields["cause"]),
      nextState: textOf(fields["nextState"]),
    };
  }

  /** The definition that the next execution of a machine will use. */
  async currentDefinition(stateMachineArn: string): Promise<string> {
    const fields = await this.#call("DescribeStateMachine", { stateMachineArn });
    return textOf(fields["definition"]) ?? "";
  }

  /** The definition with which the execution started. It may be older than the machine's current definition. */
  async definition(executionArn: string): Promise<string> {
    // Of an Express run only the definition of today is known.
    if (this.#express?.has(executionArn)) return this.currentDefinition(this.#express.machineOf(executionArn));
    const fields = await this.#call("DescribeStateMachineForExecution", { executionArn });
    return textOf(fields["definition"]) ?? "";
  }

  /** The Map Runs that an execution started, oldest first. */
  async mapRuns(executionArn: string): Promise<readonly MapRunLook[]> {
    const { mapRuns } = await this.#call("ListMapRuns", { executionArn });
    const arns = listOf(mapRuns).map((run) => textOf(run["mapRunArn"]) ?? "");
    return Promise.all(arns.toReversed().map((arn) => this.#mapRun(arn)));
  }

  /** The execution that started a Map Run. */
  async parentOf(mapRunArn: string): Promise<string | undefined> {
    return textOf((await this.#call("DescribeMapRun", { mapRunArn }))["executionArn"]);
  }

  /** Reads the history of an execution, one page per call. */
  pagesOf(executionArn: string): ReadPage {
    if (this.#express?.has(executionArn)) return this.#express.pagesOf(executionArn);
    return async (request) => {
      const page = await this.#call("GetExecutionHistory", { executionArn, includeExecutionData: true, ...request });
      return { events: listOf(page["events"]).map(readEvent), nextToken: textOf(page["nextToken"]) };
    };
  }

  #call(operation: string, input: object): Promise<Fields> {
    return this.#aws.call<Fields>("states", operation, input);
  }

  async #mapRun(mapRunArn: string): Promise<MapRunLook> {
    const fields = await this.#call("DescribeMapRun", { mapRunArn });
    return {
      arn: mapRunArn,
      label: mapRunArn.split(/[/:]/).at(-2) ?? "",
      status: textOf(fields["status"]) ?? "",
      items: countsOf(fields["itemCounts"]),
      children: countsOf(fields["executionCounts"]),
    };
  }
}

function readRow(fields: Fields): ExecutionRow {
  return {
    arn: textOf(fields["executionArn"]) ?? "",
    name: textOf(fields["name"]) ?? "",
    status: textOf(fields["status"]) ?? "",
    startedAt: timeOf(fields["startDate"]) ?? 0,
    stoppedAt: timeOf(fields["stopDate"]),
    itemCount: typeof fields["itemCount"] === "number" ? fields["itemCount"] : undefined,
  };
}

function countsOf(value: unknown): Counts {
  const fields = (value ?? {}) as Fields;
  const number = (name: string): number => (typeof fields[name] === "number" ? fields[name] : 0);
  return {
    total: number("total"),
    pending: number("pending"),
    running: number("running"),
    succeeded: number("succeeded"),
    failed: number("failed") + number("timedOut"),
    aborted: number("aborted"),
  };
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function timeOf(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}
