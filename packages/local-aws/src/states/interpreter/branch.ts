import { setMaxListeners } from "node:events";
import type { JsonObject } from "../data/json.ts";
import { deferred } from "../deferred.ts";
import type { Details, HistoryEvent } from "../history/event.ts";
import type { Journal } from "../history/journal.ts";
import { Cancelled } from "./error.ts";

/**
 * One line of events in an execution: the machine itself, a branch of a Parallel state or an iteration of a Map state.
 * Each knows its own last event, which the next one names as its previous.
 */
export class Branch {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly #journal: Journal;
  #previous: number;
  #latest: number;
  /** The type of the state that this branch is in, for the event that says it was aborted there. */
  activeType: string | undefined;
  /** Whether it waits for a Map Run, for the same purpose. */
  inMapRun = false;
  /** The variables that its states read; what they assign is seen by this branch and by those that it forks later. */
  variables: JsonObject = {};

  constructor(journal: Journal, key: string, previous: number, signal: AbortSignal) {
    this.#journal = journal;
    this.key = key;
    this.#previous = previous;
    this.#latest = journal.last?.timestamp ?? 0;
    this.signal = signal;
  }

  get previous(): number {
    return this.#previous;
  }

  /** Whether the whole execution records nothing more: it has ended, or the next process goes on with it. */
  get closed(): boolean {
    return this.#journal.closed;
  }

  /** When this branch's last event was, in milliseconds. */
  get latest(): number {
    return this.#latest;
  }

  /** Goes on after another event, such as the last one of the branches that were waited for. */
  follow(eventId: number): void {
    this.#previous = eventId;
  }

  /** Records an event, or consumes it where it was recorded before the execution was resumed. */
  async record(type: string, details?: Details): Promise<HistoryEvent> {
    let event: HistoryEvent;
    if (this.upcoming() !== undefined) {
      event = await this.#journal.take(this.key, type);
    } else {
      await this.live();
      const turn = this.#journal.turn;
      if (turn !== undefined) await turn;
      if (this.signal.aborted || this.#journal.closed) throw new Cancelled();
      event = this.#journal.append(this.key, type, this.#previous, details);
    }
    this.#previous = event.id;
    this.#latest = event.timestamp;
    return event;
  }

  /** What comes next by the record; undefined where the future is open. */
  upcoming(): HistoryEvent | undefined {
    return this.#journal.upcoming(this.key);
  }

  /** Waits until nothing is left to replay: before that, nothing may be done that the record might already decide. */
  async live(): Promise<void> {
    if (this.#journal.replaying) await abortable(this.#journal.replayed, this.signal);
    if (this.signal.aborted || this.#journal.closed) throw new Cancelled();
  }

  /** Work outside the event loop: nothing else of this execution is recorded meanwhile. */
  outside<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#journal.outside(work);
  }

  fork(suffix: string, signal: AbortSignal): Branch {
    const branch = new Branch(this.#journal, `${this.key}/${suffix}`, this.#previous, signal);
    branch.variables = this.variables;
    return branch;
  }
}

/** The promise, or a rejection as soon as the signal is aborted. Leaves no listener behind. */
export async function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = deferred<never>();
  const abort = () => aborted.reject(new Cancelled());
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** A controller whose signal as many may listen to as an execution has branches: no sign of a leak, as Node would take it. */
export function branchController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** A controller that is aborted with its parent; `release` unties them. */
export function childController(parent: AbortSignal): { controller: AbortController; release: () => void } {
  const controller = branchController();
  const abort = () => controller.abort(parent.reason);
  if (parent.aborted) abort();
  parent.addEventListener("abort", abort);
  return { controller, release: () => parent.removeEventListener("abort", abort) };
}
