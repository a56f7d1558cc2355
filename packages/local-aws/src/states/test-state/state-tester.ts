import { randomUUID } from "node:crypto";
import type { Retrier, TaskState } from "../asl/definition.ts";
import type { Clock } from "../clock.ts";
import type { JsonObject } from "../data/json.ts";
import { ExecutionError, matches, RuntimeFailure } from "../interpreter/error.ts";
import type { Run } from "../interpreter/frame.ts";
import { JsonPathTester } from "./json-path-tester.ts";
import { JsonataTester } from "./jsonata-tester.ts";
import type { StateTest, Tester } from "./state-test.ts";

/** The state's name in the context object, regardless of its name in the definition. */
const stateName = "StateName";

/** The fields of the context object that a test may provide. */
export const testContext: Readonly<Record<string, readonly string[]>> = {
  Execution: ["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"],
  State: ["EnteredTime", "Name", "RetryCount"],
  StateMachine: ["Id", "Name"],
  Task: ["Token"],
};

export interface StateTestResult {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** The data after each step as JSON text, and the settings of a Map state. */
  readonly inspectionData: Readonly<Record<string, unknown>>;
}

/** Runs a single state. Its calls are made as the role that the test names. */
export class StateTester {
  readonly #runOf: (test: {
    readonly roleArn: string;
    readonly input: StateTest["input"];
    readonly name: string;
  }) => Run;
  readonly #clock: Clock;

  constructor(options: {
    readonly clock: Clock;
    readonly runOf: (test: {
      readonly roleArn: string;
      readonly input: StateTest["input"];
      readonly name: string;
    }) => Run;
  }) {
    this.#runOf = options.runOf;
    this.#clock = options.clock;
  }

  async run(test: StateTest): Promise<StateTestResult> {
    const { input, language, variables } = test;
    const run = this.#runOf({ roleArn: test.roleArn ?? "", input, name: randomUUID() });
    const seen: Record<string, unknown> = { input: JSON.stringify(input) };
    if (Object.keys(variables).length > 0) seen["variables"] = JSON.stringify(variables);
    const stage = { run, seen, now: this.#clock.now(), context: test.context ?? this.#contextOf(run, test) };
    const tester = language === "JSONata" ? new JsonataTester(test, stage) : new JsonPathTester(test, stage);
    try {
      const { output, next } = await tester.perform();
      const nextState = next === undefined ? {} : { nextState: next };
      return { status: "SUCCEEDED", output: JSON.stringify(output), ...nextState, inspectionData: seen };
    } catch (error) {
      if (error instanceof RuntimeFailure) {
        return { status: "FAILED", error: "States.Runtime", cause: error.message, inspectionData: seen };
      }
      if (!(error instanceof ExecutionError)) throw error;
      return ended(error, test, tester, seen);
    }
  }

  #contextOf(run: Run, { state, roleArn }: StateTest): JsonObject {
    const retried = ["Task", "Map", "Parallel"].includes(state.Type) ? { RetryCount: 0 } : {};
    const time = new Date(this.#clock.now()).toISOString();
    return {
      Execution: { Id: run.arn, Input: run.input, Name: run.name, RoleArn: roleArn ?? null, StartTime: time },
      StateMachine: { Id: run.machineArn, Name: run.machineName },
      State: { Name: stateName, EnteredTime: time, ...retried },
    };
  }
}

/**
 * Returns how a state ends with an error: a Retry applies while attempts are left, then a Catch; otherwise the state
 * fails.
 */
async function ended(
  error: ExecutionError,
  test: StateTest,
  tester: Tester,
  seen: Record<string, unknown>,
): Promise<StateTestResult> {
  const { Retry = [], Catch = [] } = test.state as TaskState;
  const about = error.details;
  const retryIndex = Retry.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
  const retrier = Retry[retryIndex];
  if (retrier !== undefined && test.retries < (retrier.MaxAttempts ?? 3)) {
    const errorDetails = { retryIndex, retryBackoffIntervalSeconds: backoff(retrier, test.retries) };
    return { status: "RETRIABLE", ...about, inspectionData: { ...seen, errorDetails } };
  }
  const catchIndex = Catch.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
  const catcher = Catch[catchIndex];
  if (catcher !== undefined) {
    const output = JSON.stringify(await tester.caught(catcher, catchIndex, error));
    const inspectionData = { ...seen, errorDetails: { catchIndex } };
    return { status: "CAUGHT_ERROR", ...about, output, nextState: catcher.Next, inspectionData };
  }
  const errorDetails = retrier === undefined ? {} : { errorDetails: { retryIndex } };
  return { status: "FAILED", ...about, inspectionData: { ...seen, ...errorDetails } };
}

function backoff(
  { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity }: Retrier,
  retries: number,
): number {
  return Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
}
