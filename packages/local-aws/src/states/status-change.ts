import type { HistoryEvent } from "./history/event.ts";
import { redriveStatus } from "./redrive-status.ts";
import type { ExecutionRecord } from "./store/execution-store.ts";

/** An event of Step Functions for EventBridge. */
export interface StatusChange {
  readonly source: "aws.states";
  readonly detailType: "Step Functions Execution Status Change";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Bytes of input and output, escaped as JSON, up to which the event has them (Step Functions Developer Guide). */
const dataBytes = 248 * 1_024;

/** The event of an execution that has started or ended, with the fields that recordings of AWS show. */
export function statusChange(record: ExecutionRecord, history: readonly HistoryEvent[]): StatusChange {
  const time = record.stoppedAt ?? record.redrivenAt ?? record.startedAt;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  const ended = record.status === "RUNNING" ? {} : (history.at(-1)?.details ?? {});
  const [input, output] = [text(history[0]?.details?.["input"]), text(ended["output"])];
  const included = Buffer.byteLength(JSON.stringify([input, output])) <= dataBytes;
  const status = redriveStatus(record, time);
  return {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    time,
    resources: [record.arn],
    detail: {
      executionArn: record.arn,
      stateMachineArn: record.machineArn,
      name: record.name,
      status: record.status,
      startDate: record.startedAt,
      stopDate: record.stoppedAt ?? null,
      input: included ? input : null,
      output: included ? output : null,
      stateMachineVersionArn: record.versionArn ?? null,
      stateMachineAliasArn: record.aliasArn ?? null,
      redriveCount: record.redriveCount,
      redriveDate: record.redrivenAt ?? null,
      redriveStatus: status.redriveStatus,
      redriveStatusReason: status.redriveStatus === "NOT_REDRIVABLE" ? status.redriveStatusReason : null,
      inputDetails: { included },
      outputDetails: output === null ? null : { included },
      error: text(ended["error"]),
      cause: text(ended["cause"]),
    },
  };
}
