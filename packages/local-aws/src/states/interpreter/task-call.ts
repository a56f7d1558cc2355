import type { Json } from "../data/json.ts";
import type { Details } from "../history/event.ts";
import type { ExecutionError } from "./error.ts";

/** One call of a task's resource: how its events are named and what they say, and the call itself. */
export interface TaskCall {
  /** Events are `${prefix}Scheduled`, `${prefix}Started`, `${prefix}Succeeded`, `${prefix}Failed`, `${prefix}TimedOut`. */
  readonly prefix: "Task" | "LambdaFunction";
  readonly scheduled: Details;
  readonly started: Details | undefined;
  /** What every later event of the call repeats. */
  readonly common: Details;
  /** What a result that is too large is said to come from. */
  readonly name: string;
  /** Throws `ExecutionError` where the resource fails. */
  invoke(signal: AbortSignal): Promise<CallResult>;
}

/** What a call gives; `text` is its JSON text as the resource gave it. */
export interface CallResult {
  readonly value: Json;
  readonly text?: string;
}

/** How a call ended, and the event that says so. */
export interface Ended {
  readonly type: string;
  readonly details: Details;
  readonly result: CallResult | ExecutionError;
}

/** Seconds that a task may take, and at most go without a heartbeat. */
export interface Deadlines {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}
