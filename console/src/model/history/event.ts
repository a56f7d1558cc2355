import type { HistoryEvent as SdkEvent } from "@aws-sdk/client-sfn";

/** An event of an execution's history, its details out of the field that is named after the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An event as GetExecutionHistory answers it. */
export function readEvent({ id = 0, previousEventId = 0, type = "ExecutionStarted", timestamp, ...rest }: SdkEvent) {
  const details = Object.entries(rest).find(([field, value]) => field.endsWith("EventDetails") && value !== undefined);
  return {
    id,
    previousEventId,
    type: String(type),
    at: timestamp?.getTime() ?? 0,
    details: (details?.[1] ?? {}) as Readonly<Record<string, unknown>>,
  } satisfies HistoryEvent;
}

/** A text field of an event's details. */
export function detail(event: HistoryEvent, field: string): string | undefined {
  const value = event.details[field];
  return typeof value === "string" ? value : undefined;
}
