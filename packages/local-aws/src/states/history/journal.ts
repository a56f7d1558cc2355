import { statesLimits } from "../../limits.ts";
import type { Clock } from "../clock.ts";
import { deferred } from "../deferred.ts";
import { Cancelled, ExecutionError } from "../interpreter/error.ts";
import { byBranch, type Details, type Entry, type HistoryEvent } from "./event.ts";

/**
 * The history of one execution while it runs, and what makes it resumable.
 *
 * A restarted interpreter records the same events again, because they contain everything that its decisions depend on.
 * The journal hands those back (`take`) in the order in which they were first recorded, whatever branch asks, and only
 * when all are consumed are new ones appended. So a resumed execution goes on after its last event, with none doubled
 * and none missing.
 */
export class Journal {
  readonly #entries: Entry[];
  readonly #events: HistoryEvent[];
  readonly #clock: Clock;
  readonly #write: (entry: Entry) => void;
  readonly #limit: number;
  /** What is still to be replayed, in order, and by branch. */
  readonly #pending: readonly Entry[];
  readonly #queues: Map<string, Entry[]>;
  readonly #turns = new Map<number, () => void>();
  readonly #replayed = deferred();
  #cursor = 0;
  #closed = false;
  #outside: Promise<unknown> | undefined;

  /** `replay` are those of `entries` that the interpreter has to consume: all but what a redrive does again. */
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

  /** Settles once the work outside the event loop that was asked for before has ended; undefined where there is none. */
  get turn(): Promise<unknown> | undefined {
    return this.#outside;
  }

  /**
   * Work outside the event loop. What is recorded waits for the work that was asked for before it, so that the order of
   * events does not depend on how long such work takes.
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

  /** Accepts no more events; further calls reject as cancelled. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#turns.values()) wake();
  }

  /** Settles once everything recorded earlier has been consumed. */
  get replayed(): Promise<void> {
    return this.#replayed.promise;
  }

  get replaying(): boolean {
    return this.#cursor < this.#pending.length;
  }

  /** The branch's next recorded event that has not been consumed yet. */
  upcoming(branch: string): HistoryEvent | undefined {
    return this.#queues.get(branch)?.[0]?.event;
  }

  /** Consumes the branch's next recorded event once every earlier one of any branch has been. */
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
   * Appends an event; it is on its way to the disk when this returns. `ends` marks the execution's last one, for which the
   * limit of 25,000 leaves room. Throws "States.Runtime" at the limit.
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
