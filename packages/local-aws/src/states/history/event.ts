/** An event of an execution's history. `details` is serialised under a field named after the type. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly type: string;
  readonly details?: Details;
}

export type Details = Readonly<Record<string, unknown>>;

/** An event as it is stored, with the interpreter branch that recorded it. AWS does not show the branch. */
export interface Entry {
  readonly branch: string;
  readonly event: HistoryEvent;
}

/** Groups the entries by branch and keeps their order. */
export function byBranch(entries: readonly Entry[]): Map<string, Entry[]> {
  const branches = new Map<string, Entry[]>();
  for (const entry of entries) {
    const list = branches.get(entry.branch);
    if (list) list.push(entry);
    else branches.set(entry.branch, [entry]);
  }
  return branches;
}

/** Fields with the workflow's data, which are omitted if the caller or the log configuration excludes data. */
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

/** Returns the event in the format of GetExecutionHistory. */
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
