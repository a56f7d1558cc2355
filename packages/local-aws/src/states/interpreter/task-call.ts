import type { Json } from "../data/json.ts";
import type { Details } from "../history/event.ts";
import type { ExecutionError } from "./error.ts";

/** A call of a task's resource: the names and details of its events, and the call itself. */
export interface TaskCall {
  /**
   * The event types are `${prefix}Scheduled`, `${prefix}Started`, `${prefix}Succeeded`, `${prefix}Failed`,
   * `${prefix}TimedOut`.
   */
  readonly prefix: "Task" | "LambdaFunction";
  readonly scheduled: Details;
  readonly started: Details | undefined;
  /** Details that every later event of the call repeats. */
  readonly common: Details;
  /** The name of the call in the error for a result that is too large. */
  readonly name: string;
  /** Throws `ExecutionError` if the resource fails. */
  invoke(signal: AbortSignal): Promise<CallResult>;
}

/** The result of a call; `text` is its JSON text as the resource returned it. */
export interface CallResult {
  readonly value: Json;
  readonly text?: string;
}

/** How a call ended, and the event that records it. */
export interface Ended {
  readonly type: string;
  readonly details: Details;
  readonly result: CallResult | ExecutionError;
}

/** Maximum duration of a task, and maximum time without a heartbeat, in seconds. */
export interface Deadlines {
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
}

/** The deadlines as the details of a scheduled event. */
export function times({ timeoutSeconds, heartbeatSeconds }: Deadlines): Details {
  return {
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
  };
}
