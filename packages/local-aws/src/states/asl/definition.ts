import type { FlowFields } from "../data/flow.ts";
import type { Json, JsonObject } from "../data/json.ts";
import type { Countable, DistributedFields, ProcessorConfig } from "./distributed-map.ts";

/** The language in which the fields of a state refer to its data. */
export type QueryLanguage = "JSONPath" | "JSONata";

/** A state machine, or a nested set of states: a Map state's iteration or a Parallel state's branch. */
export interface StatesScope {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface Definition extends StatesScope {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: number;
  readonly Version?: string;
}

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
}

/** The fields that JSONata uses instead of paths: templates in which strings may be expressions. */
interface QueryFields {
  readonly Arguments?: Json;
  readonly Output?: Json;
}

interface Onward {
  readonly Next?: string;
  readonly End?: boolean;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

export interface Recoverable extends FlowFields, QueryFields, Onward {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Common, Recoverable {
  readonly Type: "Task";
  readonly Resource: string;
  readonly TimeoutSeconds?: Countable;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: Countable;
  readonly HeartbeatSecondsPath?: string;
}

export interface PassState extends Common, FlowFields, QueryFields, Onward {
  readonly Type: "Pass";
  readonly Result?: Json;
}

/** A rule of a Choice state: the comparison (`Variable` and an operator, or `And`, `Or`, `Not`) and the next state. */
export interface ChoiceRule {
  readonly Variable?: string;
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  /** In JSONata, the complete condition: a boolean, or an expression that returns one. */
  readonly Condition?: boolean | string;
  readonly Next?: string;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  readonly [operator: string]: unknown;
}

export interface ChoiceState extends Common {
  readonly Type: "Choice";
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Output?: Json;
  /** Applies when the Default is taken; each rule has its own Assign. */
  readonly Assign?: JsonObject;
}

export interface WaitState extends Common, Onward {
  readonly Type: "Wait";
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Seconds?: Countable;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

export interface SucceedState extends Common {
  readonly Type: "Succeed";
  readonly Output?: Json;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

export interface FailState extends Common {
  readonly Type: "Fail";
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

export interface ParallelState extends Common, Recoverable {
  readonly Type: "Parallel";
  readonly Branches: readonly StatesScope[];
}

export interface MapState extends Common, Recoverable, DistributedFields {
  readonly Type: "Map";
  readonly ItemsPath?: string;
  readonly Items?: Json;
  readonly ItemSelector?: JsonObject;
  readonly ItemProcessor?: StatesScope & { readonly ProcessorConfig?: ProcessorConfig };
  /** The name of ItemProcessor before 2022. For a Map with Iterator, Parameters has the role of ItemSelector. */
  readonly Iterator?: StatesScope & { readonly ProcessorConfig?: ProcessorConfig };
  readonly MaxConcurrency?: Countable;
  readonly MaxConcurrencyPath?: string;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;
export type StateType = State["Type"];

/**
 * Yields every state of a definition, including those inside Map and Parallel states, with its name and whether it runs
 * in an Express execution.
 */
export function* statesOf(scope: StatesScope, express = false): Generator<readonly [string, State, boolean]> {
  for (const [name, state] of Object.entries(scope.States)) {
    yield [name, state, express];
    if (state.Type === "Parallel") for (const branch of state.Branches) yield* statesOf(branch, express);
    if (state.Type !== "Map") continue;
    const { ExecutionType } = itemProcessor(state).ProcessorConfig ?? {};
    yield* statesOf(itemProcessor(state), isDistributed(state) ? ExecutionType === "EXPRESS" : express);
  }
}

export function itemProcessor(state: MapState): StatesScope & { readonly ProcessorConfig?: ProcessorConfig } {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw new Error("A Map state has neither an ItemProcessor nor an Iterator.");
  return processor;
}

export function isDistributed(state: MapState): boolean {
  return itemProcessor(state).ProcessorConfig?.Mode === "DISTRIBUTED";
}
