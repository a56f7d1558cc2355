import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** An event without the values that differ between runs: times, identifiers and request numbers. */
export interface PlainEvent {
  readonly type: string;
  readonly [detail: string]: unknown;
}

/** A history as a partial order: the events of each branch and each iteration, each in order. */
export type Threads = Readonly<Record<string, readonly PlainEvent[]>>;

interface Thread {
  readonly path: string;
  readonly parent?: Thread;
  readonly events: PlainEvent[];
  /** Map and Parallel states that were entered in this thread and have not ended, innermost last. */
  readonly open: string[];
}

/** Follows `previousEventId` from event to event, and opens a thread for each branch and iteration. */
export function threadsOf(events: readonly HistoryEvent[]): Threads {
  const root: Thread = { path: "execution", events: [], open: [] };
  const threads = new Map<string, Thread>([[root.path, root]]);
  const placed = new Map<number, { readonly thread: Thread; readonly type: string }>();

  const threadAt = (path: string, parent: Thread): Thread => {
    const known = threads.get(path);
    if (known) return known;
    const thread: Thread = { path, parent, events: [], open: [] };
    threads.set(path, thread);
    return thread;
  };

  for (const event of events) {
    const type = event.type ?? "";
    const before = placed.get(event.previousEventId ?? 0) ?? { thread: root, type: "" };
    let { thread } = before;
    if (type === "MapIterationStarted") {
      const { name = "", index = 0 } = event.mapIterationStartedEventDetails ?? {};
      const parent = holderOf(thread, name) ?? thread;
      thread = threadAt(`${parent.path} > ${name}[${index}]`, parent);
    } else if (before.type === "ParallelStateStarted") {
      const state = event.stateEnteredEventDetails?.name ?? "";
      thread = threadAt(`${thread.path} > ${thread.open.at(-1)}: ${state}`, thread);
    } else if (/^Execution/.test(type)) {
      thread = root;
    } else if (/^(Map|Parallel)State(Exited)$/.test(type)) {
      const name = event.stateExitedEventDetails?.name ?? "";
      thread = holderOf(thread, name) ?? thread;
      thread.open.splice(thread.open.indexOf(name), 1);
    } else if (/^(Map|Parallel)State(Succeeded|Failed|Aborted)$/.test(type)) {
      thread = openAbove(thread);
    }
    if (/^(Map|Parallel)StateEntered$/.test(type)) thread.open.push(event.stateEnteredEventDetails?.name ?? "");
    placed.set(event.id ?? 0, { thread, type });
    thread.events.push(plain(event));
  }
  return Object.fromEntries([...threads].map(([path, { events }]) => [path, events]));
}

/** The nearest enclosing thread in which the state is open. */
function holderOf(thread: Thread | undefined, state: string): Thread | undefined {
  return thread === undefined || thread.open.includes(state) ? thread : holderOf(thread.parent, state);
}

function openAbove(thread: Thread): Thread {
  return thread.open.length > 0 || thread.parent === undefined ? thread : openAbove(thread.parent);
}

function plain(event: HistoryEvent): PlainEvent {
  const details: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (key.endsWith("EventDetails")) Object.assign(details, value);
  }
  const { name, index, length, input, output, parameters, error, cause, resourceType, resource } = details;
  const fields = { name, index, length, error, resourceType, resource };
  const failed = /(Task|LambdaFunction)Failed$/.test(event.type ?? "");
  return {
    type: event.type ?? "",
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    ...(input !== undefined && { input: parsed(input) }),
    ...(parameters !== undefined && { parameters: parsed(parameters) }),
    ...(output !== undefined && { output: outputOf(event.type ?? "", parsed(output)) }),
    // Only a function's error is compared, because Lambda's own error messages contain a request id.
    ...(failed && isJson(cause) && { cause: parsed(cause) }),
  };
}

/** The comparable part of the output of Lambda's integration. The rest are headers of a single call. */
function outputOf(type: string, output: unknown): unknown {
  if (type !== "TaskSucceeded" || typeof output !== "object" || output === null) return output;
  const { Payload, StatusCode, ExecutedVersion } = output as Record<string, unknown>;
  return { Payload, StatusCode, ExecutedVersion };
}

function isJson(text: unknown): boolean {
  try {
    JSON.parse(String(text));
    return true;
  } catch {
    return false;
  }
}

const parsed = (text: unknown): unknown => (isJson(text) ? JSON.parse(String(text)) : text);
