import { createHash } from "node:crypto";
import type { StateMachineResource } from "../graph.ts";
import type { LogSink } from "../service.ts";
import { type HistoryEvent, withoutData } from "./history/event.ts";

type Level = NonNullable<StateMachineResource["logging"]>["level"];

/** The events that each log level includes (AWS Step Functions, "Using CloudWatch Logs", table of event types). */
const written: Readonly<Record<Level, RegExp | undefined>> = {
  ALL: /./,
  ERROR: /(Failed|TimedOut|Aborted)$|^FailStateEntered$/,
  FATAL: /^Execution(Failed|TimedOut|Aborted)$/,
  OFF: undefined,
};

/**
 * Writes an execution's events to the machine's log group in the format of AWS's vended logs. Returns undefined if the
 * machine logs nothing.
 */
export function eventLog(
  machine: StateMachineResource,
  execution: { readonly arn: string; readonly startedAt: number; readonly redriveCount: number },
  logs: LogSink,
): ((event: HistoryEvent) => void) | undefined {
  const { level = "OFF", includeExecutionData = false, logGroupName } = machine.logging ?? {};
  const pattern = written[level];
  if (pattern === undefined || logGroupName === undefined) return undefined;
  const minute = new Date(execution.startedAt).toISOString().slice(0, 16).replaceAll(/[T:]/g, "-");
  // Derived from the ARN, so that a resumed or redriven execution continues in its own log stream.
  const own = createHash("sha256").update(execution.arn).digest("hex").slice(0, 8);
  const stream = `states/${machine.name}/${minute}/${own}`;
  return (event) => {
    if (!pattern.test(event.type)) return;
    const details = event.details ?? {};
    const message = JSON.stringify({
      id: String(event.id),
      type: event.type,
      details: includeExecutionData ? details : withoutData(details),
      previous_event_id: String(event.previousEventId),
      event_timestamp: String(event.timestamp),
      execution_arn: execution.arn,
      redrive_count: String(execution.redriveCount),
    });
    logs.write(logGroupName, stream, [{ timestamp: event.timestamp, message }]);
  };
}
