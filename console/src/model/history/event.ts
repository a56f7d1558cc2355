/**
 * An event of an execution's history. AWS puts the details into a field named after the event type; here they are in
 * `details`.
 */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Reads an event as GetExecutionHistory returns it. Its time may be a Date, an ISO 8601 text (as the AWS command line
 * prints it), or seconds since 1970 (as in AWS's protocol).
 */
export function readEvent(fields: Readonly<Record<string, unknown>>): HistoryEvent {
  const { id, previousEventId, type, timestamp, ...rest } = fields;
  const details = Object.entries(rest).find(([field, value]) => field.endsWith("EventDetails") && isRecord(value));
  return {
    id: Number(id ?? 0),
    previousEventId: Number(previousEventId ?? 0),
    type: String(type ?? "ExecutionStarted"),
    at: timeOf(timestamp),
    details: (details?.[1] ?? {}) as HistoryEvent["details"],
  };
}

function timeOf(timestamp: unknown): number {
  if (timestamp instanceof Date) return timestamp.getTime();
  const at = typeof timestamp === "string" ? Date.parse(timestamp) : Number(timestamp ?? 0) * 1_000;
  return Number.isFinite(at) ? Math.round(at) : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text field of an event's details. */
export function detail(event: HistoryEvent, field: string): string | undefined {
  const value = event.details[field];
  return typeof value === "string" ? value : undefined;
}
