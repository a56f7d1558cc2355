import type { Catcher, State } from "../asl/definition.ts";
import type { Json, JsonObject } from "../data/json.ts";
import { ExecutionError } from "../interpreter/error.ts";
import type { Run } from "../interpreter/frame.ts";
import type { MapRunSettings } from "../interpreter/map/map-run.ts";

/** The result or error that a test returns for a state instead of calling its resource. */
export type Mock = { readonly result: Json } | { readonly error: ExecutionError };

/** The test of a single state. */
export interface StateTest {
  readonly name: string;
  readonly state: State;
  readonly language: "JSONPath" | "JSONata";
  readonly input: Json;
  readonly roleArn: string | undefined;
  readonly mock: Mock | undefined;
  readonly context: JsonObject | undefined;
  readonly variables: JsonObject;
  /** How often the state has already been retried. */
  readonly retries: number;
  /** How many iterations of a Map state have failed. */
  readonly failedIterations: number;
}

/**
 * The context of a test, and what has been recorded so far: the data after each step as JSON text, and the settings of
 * a Map state.
 */
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

/** Runs the test of a state in one query language, and evaluates the state's Catch. */
export interface Tester {
  perform(): Promise<Tested>;
  caught(catcher: Catcher, index: number, error: ExecutionError): Promise<Json>;
}

/** Records the data after a step for the response, and returns the data. */
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

/** Throws "States.ExceedToleratedFailureThreshold" if more iterations failed than the settings tolerate. */
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
