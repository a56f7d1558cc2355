import { statesLimits } from "../../limits.ts";
import type { Clock } from "../clock.ts";
import { deferred } from "../deferred.ts";
import { Cancelled, ExecutionError } from "../interpreter/error.ts";
import { byBranch, type Details, type Entry, type HistoryEvent } from "./event.ts";

/**
 * The history of one execution while it runs, which also makes the execution resumable.
 *
 * A restarted interpreter makes the same decisions and therefore records the same events again, because the events
 * contain everything that its decisions depend on. The journal returns the events on record (`take`) in the order in
 * which they were first recorded, regardless of which branch asks. New events are appended only after all recorded
 * events have been consumed. A resumed execution therefore continues after its last event, without duplicate or missing
 * events.
 */
export class Journal {
  readonly #entries: Entry[];
  readonly #events: HistoryEvent[];
  readonly #clock: Clock;
  readonly #write: (entry: Entry) => void;
  readonly #limit: number;
  /** The entries that remain to be replayed, in order; `#queues` contains them by branch. */
  readonly #pending: readonly Entry[];
  readonly #queues: Map<string, Entry[]>;
  readonly #turns = new Map<number, () => void>();
  readonly #replayed = deferred();
  #cursor = 0;
  #closed = false;
  #outside: Promise<unknown> | undefined;

  /**
   * `replay` contains those of `entries` that the interpreter has to consume: all except those that a redrive performs
   * again.
   */
  constructor(options: {
    readonly clock: Clock;
    readonly write: (entry: Entry) => void;
    readonly entries?: readonly Entry[];
    readonly replay?: readonly Entry[];
    readonly unlimited?: boolean;
  }) {
    this.#clock = options.clock;
    this.#write = options.write;
    this.#entries = [...(options.entries ?? [])];
    this.#events = this.#entries.map(({ event }) => event);
    this.#pending = options.replay ?? [...this.#entries];
    this.#limit = options.unlimited ? Infinity : statesLimits.historyEvents;
    this.#queues = byBranch(this.#pending);
    if (this.#pending.length === 0) this.#replayed.resolve();
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  get last(): HistoryEvent | undefined {
    return this.#entries.at(-1)?.event;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Settles when all work outside the event loop requested so far has ended; undefined if there is none. */
  get turn(): Promise<unknown> | undefined {
    return this.#outside;
  }

  /**
   * Performs work outside the event loop, after the work requested before it. Events that are recorded later wait for
   * it, so that their order does not depend on how long the work takes.
   */
  async outside<Value>(work: () => Promise<Value>): Promise<Value> {
    const before = this.#outside;
    const result = before === undefined ? work() : before.then(work);
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#outside = settled;
    try {
      return await result;
    } finally {
      if (this.#outside === settled) this.#outside = undefined;
    }
  }

  /** Stops accepting events; further calls reject with `Cancelled`. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#turns.values()) wake();
  }

  /** Settles when all previously recorded events have been consumed. */
  get replayed(): Promise<void> {
    return this.#replayed.promise;
  }

  get replaying(): boolean {
    return this.#cursor < this.#pending.length;
  }

  /** Returns the branch's next recorded event that has not been consumed. */
  upcoming(branch: string): HistoryEvent | undefined {
    return this.#queues.get(branch)?.[0]?.event;
  }

  /** Consumes the branch's next recorded event once all earlier events of all branches have been consumed. */
  async take(branch: string, type: string): Promise<HistoryEvent> {
    const entry = this.#queues.get(branch)?.[0];
    if (entry === undefined) throw new Error(`The branch "${branch}" has no recorded event left.`);
    const { event } = entry;
    while (this.#pending[this.#cursor] !== entry) {
      if (this.#closed) throw new Cancelled();
      await new Promise<void>((resolve) => this.#turns.set(event.id, resolve));
    }
    if (event.type !== type) {
      throw new ExecutionError(
        "States.Runtime",
        `The execution cannot be resumed: its event ${event.id} is a ${event.type} where the definition leads to a ${type}.`,
      );
    }
    this.#queues.get(branch)?.shift();
    this.#cursor += 1;
    const next = this.#pending[this.#cursor];
    if (next === undefined) this.#replayed.resolve();
    else this.#turns.get(next.event.id)?.();
    return event;
  }

  /**
   * Appends an event, which is passed to the writer before this returns. `ends` marks the execution's last event, for
   * which the limit of 25,000 reserves room. Throws "States.Runtime" at the limit.
   */
  append(branch: string, type: string, previousEventId: number, details?: Details, ends = false): HistoryEvent {
    if (this.#closed) throw new Cancelled();
    if (!ends && this.#entries.length >= this.#limit - 1) {
      throw new ExecutionError(
        "States.Runtime",
        `The execution reached the maximum number of history events (${this.#limit}).`,
      );
    }
    const event: HistoryEvent = {
      id: this.#entries.length + 1,
      previousEventId,
      timestamp: Math.max(this.#clock.now(), this.last?.timestamp ?? 0),
      type,
      ...(details === undefined ? {} : { details }),
    };
    const entry = { branch, event };
    this.#write(entry);
    this.#entries.push(entry);
    this.#events.push(event);
    return event;
  }
}
