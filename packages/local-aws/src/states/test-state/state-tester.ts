import { randomUUID } from "node:crypto";
import type { MapState, Retrier, State, TaskState } from "../asl/definition.ts";
import type { Clock } from "../clock.ts";
import { type FlowFields, placeResult, selectInput, selectOutput } from "../data/flow.ts";
import { isArray, type Json, type JsonObject } from "../data/json.ts";
import { read, type Scope } from "../data/path.ts";
import { fill } from "../data/template.ts";
import { holds } from "../interpreter/comparison.ts";
import { ExecutionError, matches, RuntimeFailure } from "../interpreter/error.ts";
import type { Run } from "../interpreter/frame.ts";
import { lambdaFunction, lambdaInvoke } from "../interpreter/lambda.ts";
import { settingsOf } from "../interpreter/map/map-run-settings.ts";

/** What a test gives a state instead of calling its resource. */
export type Mock = { readonly result: Json } | { readonly error: ExecutionError };

/** The context object that a test may give, by field. */
export const testContext: Readonly<Record<string, readonly string[]>> = {
  Execution: ["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"],
  State: ["EnteredTime", "Name", "RetryCount"],
  StateMachine: ["Id", "Name"],
  Task: ["Token"],
};

export interface StateTest {
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly roleArn: string | undefined;
  readonly mock: Mock | undefined;
  readonly context: JsonObject | undefined;
  readonly variables: JsonObject;
  /** How often the state was retried before. */
  readonly retries: number;
  /** How many iterations of a Map state failed. */
  readonly failedIterations: number;
}

export interface StateTestResult {
  readonly status: "SUCCEEDED" | "FAILED" | "RETRIABLE" | "CAUGHT_ERROR";
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** JSON texts of the data behind each step, and the settings of a Map state. */
  readonly inspectionData: Readonly<Record<string, unknown>>;
}

/** Runs one state by itself. Its calls are made as the role that the test names. */
export class StateTester {
  readonly #runOf: (test: { readonly roleArn: string; readonly input: Json; readonly name: string }) => Run;
  readonly #clock: Clock;

  constructor(options: {
    readonly clock: Clock;
    readonly runOf: (test: { readonly roleArn: string; readonly input: Json; readonly name: string }) => Run;
  }) {
    this.#runOf = options.runOf;
    this.#clock = options.clock;
  }

  async run(test: StateTest): Promise<StateTestResult> {
    const { state, input } = test;
    const run = this.#runOf({ roleArn: test.roleArn ?? "", input, name: randomUUID() });
    const context = test.context ?? this.#contextOf(run, test);
    const scope: Scope = { data: input, context, variables: test.variables };
    const seen: Record<string, unknown> = { input: JSON.stringify(input) };
    try {
      const { output, next } = await this.#perform(test, run, scope, seen);
      const nextState = next === undefined ? {} : { nextState: next };
      return { status: "SUCCEEDED", output: JSON.stringify(output), ...nextState, inspectionData: seen };
    } catch (error) {
      if (error instanceof RuntimeFailure) {
        return { status: "FAILED", error: "States.Runtime", cause: error.message, inspectionData: seen };
      }
      if (!(error instanceof ExecutionError)) throw error;
      return ended(state, error, test, seen);
    }
  }

  #contextOf(run: Run, { name, state }: StateTest): JsonObject {
    const retried = ["Task", "Map", "Parallel"].includes(state.Type) ? { RetryCount: 0 } : {};
    const time = new Date(this.#clock.now()).toISOString();
    return {
      Execution: { Id: run.arn, Input: run.input, Name: run.name, RoleArn: run.roleArn, StartTime: time },
      StateMachine: { Id: run.machineArn, Name: run.machineName },
      State: { Name: name, EnteredTime: time, ...retried },
    };
  }

  async #perform(
    test: StateTest,
    run: Run,
    scope: Scope,
    seen: Record<string, unknown>,
  ): Promise<{ readonly output: Json; readonly next?: string | undefined }> {
    const { state, input, mock } = test;
    const note = (field: string, value: Json) => {
      seen[field] = JSON.stringify(value);
      return value;
    };
    const finish = (fields: FlowFields, result: Json, next: string | undefined) => {
      const selected =
        fields.ResultSelector === undefined
          ? result
          : fill(fields.ResultSelector, { ...scope, data: result }, Math.random);
      note("afterResultSelector", selected);
      const placed = note("afterResultPath", placeResult(fields.ResultPath, input, selected));
      return { output: selectOutput(fields, { ...scope, data: placed }), next };
    };
    const chosen = (fields: FlowFields) => note("afterInputPath", selectInput(fields, scope));
    const filled = (fields: FlowFields) => {
      const data = chosen(fields);
      const value = fields.Parameters === undefined ? data : fill(fields.Parameters, { ...scope, data }, Math.random);
      return note("afterParameters", value);
    };
    switch (state.Type) {
      case "Pass":
        if (state.Result === undefined) return finish(state, filled(state), state.Next);
        return finish(state, note("result", state.Result), state.Next);
      case "Task": {
        const parameters = filled(state);
        const result = mock === undefined ? await call(state, parameters, run) : mocked(mock);
        return finish(state, note("result", result), state.Next);
      }
      case "Parallel":
        return finish(state, mocked(mock), state.Next);
      case "Map": {
        const { Parameters: _, ...fields } = state;
        const data = chosen(state);
        this.#inspectMap(state, { ...scope, data }, test, seen, note);
        return finish(fields, mocked(mock), state.Next);
      }
      case "Choice": {
        const data = chosen(state);
        const own = { ...scope, data };
        const next = state.Choices.find((rule) => holds(rule, own))?.Next ?? state.Default;
        if (next === undefined) {
          throw new ExecutionError(
            "States.NoChoiceMatched",
            "Failed to transition out of the state. The state does not have a matching choice and no Default.",
          );
        }
        return { output: selectOutput(state, own), next };
      }
      case "Wait":
        return { output: selectOutput(state, { ...scope, data: chosen(state) }), next: state.Next };
      case "Succeed":
        return { output: selectOutput(state, { ...scope, data: chosen(state) }) };
      case "Fail": {
        chosen({});
        const text = (value: string | undefined, path: string | undefined, field: string) =>
          path === undefined ? value : String(read(path, scope, field));
        const cause = text(state.Cause, state.CausePath, "CausePath");
        throw new ExecutionError(text(state.Error, state.ErrorPath, "ErrorPath") ?? "", cause);
      }
    }
  }

  #inspectMap(
    state: MapState,
    scope: Scope,
    { failedIterations }: StateTest,
    seen: Record<string, unknown>,
    note: (field: string, value: Json) => Json,
  ): void {
    if (state.ItemReader === undefined) {
      const path = state.ItemsPath ?? "$";
      const items = read(path, scope, "ItemsPath");
      if (!isArray(items))
        throw new RuntimeFailure(`Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`);
      note("afterItemsPath", items);
    }
    const settings = settingsOf(state, scope);
    Object.assign(seen, settings);
    const tolerated = settings.toleratedFailureCount ?? 0;
    if (failedIterations > tolerated) {
      throw new ExecutionError(
        "States.ExceedToleratedFailureThreshold",
        "The specified tolerated failure threshold was exceeded",
      );
    }
  }
}

function mocked(mock: Mock | undefined): Json {
  if (mock === undefined) return null;
  if ("error" in mock) throw mock.error;
  return mock.result;
}

async function call(state: TaskState, parameters: Json, run: Run): Promise<Json> {
  const deadlines = { timeoutSeconds: state.TimeoutSeconds, heartbeatSeconds: state.HeartbeatSeconds };
  const made = state.Resource.includes(":states:::lambda:")
    ? lambdaInvoke(parameters, deadlines, run)
    : lambdaFunction(state.Resource, JSON.stringify(parameters), deadlines, run);
  const signal = AbortSignal.timeout((state.TimeoutSeconds ?? 60) * 1_000);
  return (await made.invoke(signal)).value;
}

/** How a state ends with an error: a Retry takes it while attempts are left, then a Catch, or it fails. */
function ended(state: State, error: ExecutionError, test: StateTest, seen: Record<string, unknown>): StateTestResult {
  const { Retry = [], Catch = [] } = state as TaskState;
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
    const output = JSON.stringify(placeResult(catcher.ResultPath, test.input, error.output));
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
