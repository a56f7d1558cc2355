/** An event of an execution's history. `details` travels under a field named after the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly details?: Details;
}

export type Details = Readonly<Record<string, unknown>>;

/** An event as it is kept: with the branch of the interpreter that recorded it, which AWS does not show. */
export interface Entry {
  readonly branch: string;
  readonly event: HistoryEvent;
}

/** The entries of each branch, in order. */
export function byBranch(entries: readonly Entry[]): Map<string, Entry[]> {
  const branches = new Map<string, Entry[]>();
  for (const entry of entries) {
    const list = branches.get(entry.branch);
    if (list) list.push(entry);
    else branches.set(entry.branch, [entry]);
  }
  return branches;
}

/** Fields that hold data of the workflow, left out where the caller or the log configuration wants none. */
const dataFields = new Set([
  "input",
  "inputDetails",
  "output",
  "outputDetails",
  "parameters",
  "assignedVariables",
  "assignedVariablesDetails",
]);

export function withoutData(details: Details): Details {
  return Object.fromEntries(Object.entries(details).filter(([key]) => !dataFields.has(key)));
}

/** The event as GetExecutionHistory gives it. */
export function toApi(event: HistoryEvent, includeExecutionData: boolean): Details {
  const { details, timestamp, ...rest } = event;
  const shown = details === undefined || includeExecutionData ? details : withoutData(details);
  return {
    ...rest,
    timestamp: timestamp / 1000,
    ...(shown === undefined ? {} : { [detailsField(event.type)]: shown }),
  };
}

function detailsField(type: string): string {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

const notTruncated = { truncated: false } as const;

export function inputDetails(text: string) {
  return { input: text, inputDetails: notTruncated };
}

export function outputDetails(text: string) {
  return { output: text, outputDetails: notTruncated };
}
