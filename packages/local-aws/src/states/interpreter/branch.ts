import { setMaxListeners } from "node:events";
import type { JsonObject } from "../data/json.ts";
import { deferred } from "../deferred.ts";
import type { Details, HistoryEvent } from "../history/event.ts";
import type { Journal } from "../history/journal.ts";
import { Cancelled } from "./error.ts";

/**
 * A sequence of events in an execution: the machine itself, a branch of a Parallel state or an iteration of a Map
 * state. A branch keeps the id of its last event, which its next event references as the previous event.
 */
export class Branch {
  readonly key: string;
  readonly signal: AbortSignal;
  readonly #journal: Journal;
  #previous: number;
  #latest: number;
  /** The type of the current state, for the event that records that the state was aborted. */
  activeType: string | undefined;
  /** Whether the branch waits for a Map Run, which is also recorded when it is aborted. */
  inMapRun = false;
  /**
   * The variables that the branch's states read. Assignments are visible to this branch and to branches that it forks
   * later.
   */
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

  /** Whether the execution records no more events, because it has ended or because the next process will resume it. */
  get closed(): boolean {
    return this.#journal.closed;
  }

  /** Time of this branch's last event, in milliseconds since 1970. */
  get latest(): number {
    return this.#latest;
  }

  /** Continues after another event, such as the last event of the branches that it waited for. */
  follow(eventId: number): void {
    this.#previous = eventId;
  }

  /** Records an event, or consumes it if it was recorded before the execution was resumed. */
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

  /** Returns the next event on record; undefined if there is none, so that the branch decides what happens next. */
  upcoming(): HistoryEvent | undefined {
    return this.#journal.upcoming(this.key);
  }

  /**
   * Waits until the replay is finished. Before that, the branch must not do anything whose outcome may already be on
   * record.
   */
  async live(): Promise<void> {
    if (this.#journal.replaying) await abortable(this.#journal.replayed, this.signal);
    if (this.signal.aborted || this.#journal.closed) throw new Cancelled();
  }

  /** Performs work outside the event loop; no other event of this execution is recorded in the meantime. */
  outside<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#journal.outside(work);
  }

  fork(suffix: string, signal: AbortSignal): Branch {
    const branch = new Branch(this.#journal, `${this.key}/${suffix}`, this.#previous, signal);
    branch.variables = this.variables;
    return branch;
  }
}

/** Returns the promise's result, or rejects as soon as the signal is aborted. Leaves no listener behind. */
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

/**
 * Creates a controller whose signal may have one listener per branch. Node would report so many listeners as a leak.
 */
export function branchController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** Creates a controller that is aborted together with its parent; `release` removes the link. */
export function childController(parent: AbortSignal): { controller: AbortController; release: () => void } {
  const controller = branchController();
  const abort = () => controller.abort(parent.reason);
  if (parent.aborted) abort();
  parent.addEventListener("abort", abort);
  return { controller, release: () => parent.removeEventListener("abort", abort) };
}
