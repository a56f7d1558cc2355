/** An event of a history, in the form of the Step Functions API. */
export interface HistoryEvent {
  readonly id?: number | undefined;
  readonly previousEventId?: number | undefined;
  readonly timestamp?: Date | undefined;
  readonly type?: string | undefined;
}

/** What one call of a function, or all its calls, used at most. */
export interface MemoryUse {
  readonly function: string;
  readonly usedMb: number;
  readonly sizeMb: number;
}

/** What an execution used, as its history, its Map Run and the functions' reports show. */
export interface RunFacts {
  readonly images: number;
  /** Events of the execution itself; child executions have their own histories. */
  readonly events: number;
  /** Bytes of the largest input or output of a state or a task. */
  readonly stateBytes: number;
  /** Undefined if it is not known. */
  readonly seconds: number | undefined;
  /** Whether a Distributed Map classified the images. */
  readonly distributed: boolean;
  readonly tasks: readonly TaskTime[];
  /** Calls of `classify` at once: the most that were seen, or of a Map Run what it may have had. */
  readonly concurrency: number;
  readonly memory: readonly MemoryUse[];
}

/** The longest call of a task. */
export interface TaskTime {
  readonly state: string;
  readonly seconds: number;
  /** The task's own bound: its function's timeout and some grace. */
  readonly timeoutSeconds: number;
  readonly calls: number;
}

interface Call {
  readonly state: string;
  readonly began: number;
  readonly timeoutSeconds: number;
}

/** Fields that hold data, in the details of any event. */
const dataFields = ["input", "output", "parameters"];
const ended = /^(Task(Succeeded|Failed|TimedOut)|LambdaFunction(Succeeded|Failed|TimedOut))$/;

/** Reads a whole history, in its order. */
export function factsOf(history: readonly HistoryEvent[]): Omit<RunFacts, "images" | "memory"> {
  const byId = new Map(history.map((event) => [event.id ?? 0, event]));
  const calls = new Map<number, Call>();
  const tasks = new Map<string, TaskTime>();
  let [stateBytes, concurrency] = [0, 0];
  for (const event of history) {
    const details = detailsOf(event);
    for (const field of dataFields) stateBytes = Math.max(stateBytes, bytesOf(details[field]));
    if (event.type === "TaskScheduled") {
      const state = stateOf(event, byId);
      const timeoutSeconds = Number(details["timeoutInSeconds"] ?? Number.NaN);
      calls.set(event.id ?? 0, { state, began: timeOf(event), timeoutSeconds });
      concurrency = Math.max(concurrency, calls.size);
    } else if (ended.test(event.type ?? "")) {
      const scheduled = scheduledBefore(event, byId, calls);
      const call = scheduled === undefined ? undefined : calls.get(scheduled);
      if (!call || scheduled === undefined) continue;
      calls.delete(scheduled);
      const seconds = (timeOf(event) - call.began) / 1_000;
      const known = tasks.get(call.state);
      tasks.set(call.state, {
        state: call.state,
        seconds: Math.max(known?.seconds ?? 0, seconds),
        timeoutSeconds: call.timeoutSeconds,
        calls: (known?.calls ?? 0) + 1,
      });
    }
  }
  const [first, last] = [history[0], history.at(-1)];
  return {
    events: history.length,
    stateBytes,
    seconds: first && last ? (timeOf(last) - timeOf(first)) / 1_000 : 0,
    distributed: history.some(({ type }) => type === "MapRunStarted"),
    tasks: [...tasks.values()],
    concurrency,
  };
}

function detailsOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const found = Object.entries(event).find(([name, value]) => name.endsWith("EventDetails") && value !== undefined);
  return (found?.[1] ?? {}) as Readonly<Record<string, unknown>>;
}

const timeOf = ({ timestamp }: HistoryEvent): number => timestamp?.getTime() ?? 0;
const bytesOf = (value: unknown): number => (typeof value === "string" ? new TextEncoder().encode(value).length : 0);

/** The state that an event belongs to: the last one that was entered before it. */
function stateOf(event: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): string {
  for (const each of before(event, byId)) {
    if (each.type?.endsWith("StateEntered")) return String(detailsOf(each)["name"] ?? "");
  }
  return "";
}

function scheduledBefore(
  event: HistoryEvent,
  byId: ReadonlyMap<number, HistoryEvent>,
  calls: ReadonlyMap<number, Call>,
): number | undefined {
  for (const each of before(event, byId)) if (calls.has(each.id ?? -1)) return each.id;
  return undefined;
}

/** The events that led to an event, the latest first. */
function* before(event: HistoryEvent, byId: ReadonlyMap<number, HistoryEvent>): Generator<HistoryEvent> {
  let previous = byId.get(event.previousEventId ?? 0);
  while (previous) {
    yield previous;
    // An id that does not fall would never end.
    const next: number = previous.previousEventId ?? 0;
    previous = next < (previous.id ?? 0) ? byId.get(next) : undefined;
  }
}
