import type { Catcher, State } from "../asl/definition.ts";
import type { Json, JsonObject } from "../data/json.ts";
import { ExecutionError } from "../interpreter/error.ts";
import type { Run } from "../interpreter/frame.ts";
import type { MapRunSettings } from "../interpreter/map/map-run.ts";

/** What a test gives a state instead of calling its resource. */
export type Mock = { readonly result: Json } | { readonly error: ExecutionError };

/** The test of one state by itself. */
export interface StateTest {
  readonly name: string;
  readonly state: State;
  readonly language: "JSONPath" | "JSONata";
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

/** What a test runs in, and what it has seen so far: JSON texts of the data behind each step, and the settings of a Map state. */
export interface Stage {
  readonly run: Run;
  readonly context: JsonObject;
  readonly now: number;
  readonly seen: Record<string, unknown>;
}

export interface Tested {
  readonly output: Json;
  readonly next?: string | undefined;
}

/** How a query language runs the test of a state, and what a Catch of it gives. */
export interface Tester {
  perform(): Promise<Tested>;
  caught(catcher: Catcher, index: number, error: ExecutionError): Promise<Json>;
}

/** Puts the data behind a step on show, and gives it back. */
export function note<Value extends Json>({ seen }: Pick<Stage, "seen">, field: string, value: Value): Value {
  seen[field] = JSON.stringify(value);
  return value;
}

export function mocked(mock: Mock | undefined): Json {
  if (mock === undefined) return null;
  if ("error" in mock) throw mock.error;
  return mock.result;
}

export function noChoice(): ExecutionError {
  return new ExecutionError(
    "States.NoChoiceMatched",
    "Failed to transition out of the state. The state does not have a matching choice and no Default.",
  );
}

/** Throws "States.ExceedToleratedFailureThreshold" where more iterations failed than a setting tolerates. */
export function assertTolerated(
  failed: number,
  items: number,
  { toleratedFailureCount: count, toleratedFailurePercentage: percentage }: MapRunSettings,
): void {
  const within = count === undefined || failed <= count;
  if (within && (percentage === undefined || failed * 100 <= percentage * items)) return;
  throw new ExecutionError(
    "States.ExceedToleratedFailureThreshold",
    "The specified tolerated failure threshold was exceeded",
  );
}
