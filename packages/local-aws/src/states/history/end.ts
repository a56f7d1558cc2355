import type { Details } from "./event.ts";

export type EndStatus = "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** How an execution ended. */
export interface End {
  readonly status: EndStatus;
  readonly at: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/** The type of the event that ends a history, by status. */
export const endEvents = {
  SUCCEEDED: "ExecutionSucceeded",
  FAILED: "ExecutionFailed",
  TIMED_OUT: "ExecutionTimedOut",
  ABORTED: "ExecutionAborted",
} as const satisfies Record<EndStatus, string>;

/** The status for each type of end event. */
export const endStatuses: Readonly<Record<string, EndStatus>> = Object.fromEntries(
  Object.entries(endEvents).map(([status, type]) => [type, status as EndStatus]),
);

export function endOf(status: EndStatus, at: number, details: Details): End {
  const text = (name: string) => (typeof details[name] === "string" ? { [name]: details[name] } : {});
  return { status, at, ...text("output"), ...text("error"), ...text("cause") };
}
