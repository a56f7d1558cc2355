import type { Json } from "../data/json.ts";
import type { Details } from "../history/event.ts";

/** One call of a task's resource: how its events are named and what they say, and the call itself. */
export interface TaskCall {
  /** Events are `${prefix}Scheduled`, `${prefix}Started`, `${prefix}Succeeded`, `${prefix}Failed`, `${prefix}TimedOut`. */
  readonly prefix: "Task" | "LambdaFunction";
  readonly scheduled: Details;
  readonly started: Details | undefined;
  /** What every later event of the call repeats. */
  readonly common: Details;
  /** Throws `ExecutionError` where the resource fails. */
  invoke(signal: AbortSignal): Promise<Json>;
}

/** Seconds that a task may take, and at most go without a heartbeat. */
export interface Deadlines {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}
