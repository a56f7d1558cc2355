import { type Invocation, invocationsOf } from "../../model/logs/invocation.ts";
import type { LogEvent } from "../../model/logs/log-event.ts";
import type { LogRequest, Logs } from "../../service/logs.ts";
import { type Problem, problemOf } from "../../service/problem.ts";

export interface LogSpan {
  readonly groups: readonly string[];
  readonly from: number;
  /** Undefined while what is read still runs: then its log is followed. */
  readonly to: () => number | undefined;
}

export interface LogReadingServices {
  readonly logs: Pick<Logs, "events">;
  readonly changed: () => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly visible: () => boolean;
}

/** A page has up to 10,000 events or 1 MiB; after so many of one group the user is asked. */
const pagesAtOnce = 10;
const followEveryMs = 2_000;
/** CloudWatch Logs may show an event some seconds after its time: a read that follows begins so much before the last. */
const overlapMs = 15_000;
/** Reads that follow the end, because the last events may appear after it. */
const readsAfterEnd = 3;

/** The events of log groups in a span of time. They are read once it is opened, and followed while the span is open. */
export class LogReading {
  reading = false;
  problem: Problem | undefined;
  /** Whether all events that exist have been read. */
  complete = false;
  readonly #events = new Map<string, LogEvent>();
  readonly #span: LogSpan;
  readonly #services: LogReadingServices;
  /** What is still to be read, by log group. A token continues the request that it came from. */
  readonly #unread = new Map<string, LogRequest>();
  #closed = false;
  #derived: { readonly events: number; readonly invocations: readonly Invocation[] } | undefined;

  constructor(span: LogSpan, services: LogReadingServices) {
    this.#span = span;
    this.#services = services;
  }

  get size(): number {
    return this.#events.size;
  }

  get events(): readonly LogEvent[] {
    return [...this.#events.values()];
  }

  /** The calls in the events; computed again only when there are more events. */
  get invocations(): readonly Invocation[] {
    if (this.#derived?.events !== this.size)
      this.#derived = { events: this.size, invocations: invocationsOf(this.events) };
    return this.#derived.invocations;
  }

  close(): void {
    this.#closed = true;
  }

  /** Reads what exists, and then what is added until the span ends. */
  async follow(): Promise<void> {
    await this.more();
    let afterEnd = 0;
    while (!this.#closed && this.problem === undefined && this.complete && afterEnd < readsAfterEnd) {
      if (this.#span.to() !== undefined) afterEnd += 1;
      await this.#services.sleep(followEveryMs);
      if (!this.#closed && this.#services.visible()) await this.more();
    }
  }

  /** Reads on, at most ten pages of each group. */
  async more(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    this.#services.changed();
    try {
      this.problem = undefined;
      if (this.#unread.size === 0) this.#begin();
      for (const request of [...this.#unread.values()]) await this.#read(request);
      this.complete = this.#unread.size === 0;
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.reading = false;
    this.#services.changed();
  }

  /** Asks for everything, or after a complete read for what is new. */
  #begin(): void {
    const from = Math.max(this.#span.from, this.complete ? this.#last() - overlapMs : 0);
    for (const group of this.#span.groups) this.#unread.set(group, { group, from, to: this.#span.to() });
  }

  async #read(request: LogRequest): Promise<void> {
    let { nextToken } = request;
    for (let page = 0; page < pagesAtOnce && !this.#closed; page += 1) {
      const read = await this.#services.logs.events({ ...request, nextToken });
      for (const event of read.events) this.#events.set(`${event.group} ${event.id}`, event);
      this.#services.changed();
      nextToken = read.nextToken;
      if (nextToken === undefined) {
        this.#unread.delete(request.group);
        return;
      }
      this.#unread.set(request.group, { ...request, nextToken });
    }
  }

  #last(): number {
    let last = 0;
    for (const { at } of this.#events.values()) last = Math.max(last, at);
    return last;
  }
}
