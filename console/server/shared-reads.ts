import { LRUCache } from "lru-cache";
import type { DoorCall } from "./door-keeper.ts";
import type { Reply } from "./operation.ts";

/**
 * Milliseconds for which a response is fresh: a little less than the page waits before it reads again, so that several
 * tabs cause as many calls as one.
 */
const freshMs: Readonly<Record<string, number>> = {
  ListExecutions: 1_900,
  DescribeExecution: 240,
  GetExecutionHistory: 240,
  ListMapRuns: 240,
  DescribeMapRun: 240,
};
const mostReplies = 100;

/** Reads that several tabs ask for at the same time, or one soon after the other, are made once. */
export class SharedReads {
  readonly #replies: LRUCache<string, Promise<Reply>>;
  readonly #scale: number;

  /** @param scale factor for the time for which responses are fresh @param now the clock, in milliseconds */
  constructor(scale = 1, now: () => number = () => performance.now()) {
    this.#scale = scale;
    this.#replies = new LRUCache({ max: mostReplies, ttl: 0, ttlResolution: 0, perf: { now } });
  }

  read(call: DoorCall, make: () => Promise<Reply>): Promise<Reply> {
    const key = JSON.stringify(call);
    const known = this.#replies.get(key);
    if (known !== undefined) return known;
    const reply = make();
    this.#replies.set(key, reply);
    reply.then(
      ({ body }) => this.#settle(call, key, reply, body),
      () => this.#drop(key, reply),
    );
    return reply;
  }

  /** After a call that changes something, everything is read again. */
  forget(): void {
    this.#replies.clear();
  }

  #settle({ operation }: DoorCall, key: string, reply: Promise<Reply>, body: unknown): void {
    // Whoever reads that an execution has ended reads its history next, and must not get one from before the end.
    if (operation === "DescribeExecution" && hasEnded(body)) this.#replies.clear();
    if (this.#replies.peek(key) !== reply) return;
    const ttl = freshMs[operation];
    if (ttl === undefined) this.#replies.delete(key);
    else this.#replies.set(key, reply, { ttl: ttl * this.#scale });
  }

  #drop(key: string, reply: Promise<Reply>): void {
    if (this.#replies.peek(key) === reply) this.#replies.delete(key);
  }
}

function hasEnded(body: unknown): boolean {
  return (body as { readonly stopDate?: unknown } | undefined)?.stopDate !== undefined;
}
