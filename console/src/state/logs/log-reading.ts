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
/** What the page keeps of a log, in events and in characters: it may be open for days. */
const most = { events: 100_000, characters: 64 * 1024 * 1024 } as const;
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
  #characters = 0;
  #lastAt = 0;
  #derived: { readonly events: number; readonly invocations: readonly Invocation[] } | undefined;

  constructor(span: LogSpan, services: LogReadingServices) {
    this.#span = span;
    this.#services = services;
  }

  get size(): number {
    return this.#events.size;
  }

  /** Whether the page keeps no more events. Nothing more is read then. */
  get isFull(): boolean {
    return this.size >= most.events || this.#characters >= most.characters;
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
    if (this.reading || this.isFull) return;
    this.reading = true;
    this.#services.changed();
    try {
      this.problem = undefined;
      if (this.#unread.size === 0) this.#begin();
      for (const request of [...this.#unread.values()]) await this.#read(request);
      this.complete = this.#unread.size === 0 && !this.isFull;
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.reading = false;
    this.#services.changed();
  }

  /** Asks for everything, or after a complete read for what is new. */
  #begin(): void {
    const from = Math.max(this.#span.from, this.complete ? this.#lastAt - overlapMs : 0);
    for (const group of this.#span.groups) this.#unread.set(group, { group, from, to: this.#span.to() });
  }

  async #read(request: LogRequest): Promise<void> {
    let { nextToken } = request;
    for (let page = 0; page < pagesAtOnce && !this.#closed && !this.isFull; page += 1) {
      const read = await this.#services.logs.events({ ...request, nextToken });
      for (const event of read.events) this.#keep(event);
      this.#services.changed();
      nextToken = read.nextToken;
      if (nextToken === undefined) {
        this.#unread.delete(request.group);
        return;
      }
      this.#unread.set(request.group, { ...request, nextToken });
    }
  }

  #keep(event: LogEvent): void {
    const key = `${event.group} ${event.id}`;
    if (this.#events.has(key)) return;
    this.#events.set(key, event);
    this.#characters += event.message.length;
    this.#lastAt = Math.max(this.#lastAt, event.at);
  }
}
