import type { HistoryEvent } from "@aws-sdk/client-sfn";

/** One passage through a state: a state inside a Map has as many as there were iterations. */
export interface Visit {
  /** Id of the event that entered the state. */
  readonly id: number;
  readonly state: string;
  /** The Map or Parallel state that this passage is inside of. */
  readonly parent?: Visit;
  /** Iteration of the nearest Map. */
  readonly iteration?: number;
  readonly entered: number;
  readonly input?: string;
  exited?: number;
  output?: string;
  /** Attempts of a task beyond the first. */
  retries: number;
  /** The last exception; a passage that also exited has caught it. */
  failure?: { readonly error: string; readonly cause: string };
}

/** What the history of an execution tells about its states. Events are added in order, as they become known. */
export class Visits {
  readonly all: Visit[] = [];
  lastEvent = 0;
  /** The passage, and the iteration, that each event belongs to. */
  readonly #placeOf = new Map<number, { readonly visit?: Visit; readonly iteration?: number }>();

  add(event: HistoryEvent): void {
    const id = event.id ?? 0;
    if (id <= this.lastEvent) return;
    this.lastEvent = id;
    const before = this.#placeOf.get(event.previousEventId ?? 0) ?? {};
    this.#placeOf.set(id, this.#place(event, id, before));
  }

  #place(
    event: HistoryEvent,
    id: number,
    before: { readonly visit?: Visit; readonly iteration?: number },
  ): { readonly visit?: Visit; readonly iteration?: number } {
    const at = event.timestamp?.getTime() ?? 0;
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited, type = "" } = event;
    if (entered) return this.#enter(id, at, entered, before);
    if (exited) {
      const visit = climb(before.visit, ({ state }) => state === exited.name);
      if (visit) Object.assign(visit, { exited: at, output: exited.output });
      return placeOf(visit);
    }
    if (type === "MapIterationStarted") {
      const iteration = event.mapIterationStartedEventDetails?.index;
      return { ...(before.visit && { visit: before.visit }), ...(iteration !== undefined && { iteration }) };
    }
    if (/^MapIteration|^(Map|Parallel)State(Succeeded|Failed|Aborted)$/.test(type)) {
      const name = (event.mapIterationSucceededEventDetails ?? event.mapIterationFailedEventDetails)?.name;
      const visit = climb(before.visit, (one) => (name === undefined ? this.#holds(one) : one.state === name));
      fail(visit, event);
      return placeOf(visit);
    }
    if (/Scheduled$/.test(type) && before.visit?.failure) before.visit.retries += 1;
    fail(before.visit, event);
    return before;
  }

  #enter(
    id: number,
    at: number,
    entered: { readonly name: string | undefined; readonly input?: string | undefined },
    before: { readonly visit?: Visit; readonly iteration?: number },
  ): { readonly visit: Visit; readonly iteration?: number } {
    // Behind a passage that has ended comes its neighbour; behind one that is open, its first child.
    const parent = before.visit?.exited === undefined ? before.visit : before.visit.parent;
    const iteration = before.iteration ?? before.visit?.iteration;
    const visit: Visit = {
      ...{ id, state: entered.name ?? "", entered: at, retries: 0 },
      ...(parent && { parent }),
      ...(iteration !== undefined && { iteration }),
      ...(entered.input !== undefined && { input: entered.input }),
    };
    this.all.push(visit);
    return { visit };
  }

  #holds(visit: Visit): boolean {
    return this.all.some(({ parent }) => parent === visit);
  }
}

function climb(from: Visit | undefined, fits: (visit: Visit) => boolean): Visit | undefined {
  for (let visit = from; visit; visit = visit.parent) if (fits(visit)) return visit;
  return from;
}

function placeOf(visit: Visit | undefined): { readonly visit?: Visit } {
  return visit ? { visit } : {};
}

function fail(visit: Visit | undefined, event: HistoryEvent): void {
  if (!visit || !/(Failed|TimedOut)$/.test(event.type ?? "")) return;
  const details = Object.values(event).find((value): value is { error?: string; cause?: string } => {
    return typeof value === "object" && value !== null && ("error" in value || "cause" in value);
  });
  const fallback = /TimedOut$/.test(event.type ?? "") ? "States.Timeout" : "";
  if (details || fallback) visit.failure = { error: details?.error ?? fallback, cause: details?.cause ?? "" };
}

export type StateStatus = "waiting" | "running" | "succeeded" | "caught" | "failed";

/** One word for a state, over all its passages. `ended`: the execution runs no more. */
export function statusOf(visits: readonly Visit[], ended: boolean): StateStatus {
  if (visits.length === 0) return "waiting";
  const open = visits.filter(({ exited }) => exited === undefined);
  if (open.some(({ failure }) => failure && ended)) return "failed";
  if (open.length > 0) return ended ? "failed" : "running";
  return visits.some(({ failure }) => failure) ? "caught" : "succeeded";
}
