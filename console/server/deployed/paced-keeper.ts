import PQueue from "p-queue";
import pRetry from "p-retry";
import type { DoorCall, DoorKeeper } from "../door-keeper.ts";
import type { Reply } from "../operation.ts";
import { Refusal } from "../refusal.ts";
import { SharedReads } from "../shared-reads.ts";
import { EndedExecutions } from "./ended-executions.ts";
import { isPassing, isThrottled, sentenceOf } from "./failures.ts";
import { checkScope, isWriting, type Scope } from "./scope.ts";

/** AWS allows an account ten calls of DescribeExecution per second, and production needs them. */
const callsPerSecond = 3;
/** More waiting calls than this would be answered after the page has lost interest. */
const mostWaiting = 120;
const retries = 4;
const firstDelayMs = 500;

export interface Pace {
  /** Length of the interval in which three calls are made. @default 1000 */
  readonly intervalMs?: number;
  /** The clock by which responses are fresh, in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Makes the calls of a deployed stack's console: on the stack's resources only, at most three per second with all
 * repetitions, the same read only once at a time, and what has ended from memory.
 */
export class PacedKeeper implements DoorKeeper {
  readonly #scope: Scope;
  readonly #queue: PQueue;
  readonly #delayMs: number;
  readonly #ended = new EndedExecutions();
  /** So that two tabs do not double the calls. */
  readonly #reads: SharedReads;

  constructor(scope: Scope, { intervalMs = 1_000, now }: Pace = {}) {
    this.#scope = scope;
    this.#queue = new PQueue({ interval: intervalMs, intervalCap: callsPerSecond, concurrency: callsPerSecond });
    this.#reads = new SharedReads(intervalMs / 1_000, now);
    this.#delayMs = (firstDelayMs * intervalMs) / 1_000;
  }

  async pass(call: DoorCall, make: () => Promise<Reply>): Promise<Reply> {
    checkScope(call, this.#scope);
    // Signing happens in this process.
    if (call.service === "s3" && call.operation === "GetObject") return this.#explained(call, make);
    if (isWriting(call)) {
      const reply = await this.#paced(call, make);
      this.#ended.forget(call);
      this.#reads.forget();
      return reply;
    }
    const kept = this.#ended.find(call);
    if (kept !== undefined) return kept;
    return this.#reads.read(call, async () => {
      const keep = this.#ended.keeperOf(call);
      const reply = await this.#paced(call, make);
      keep(reply);
      return reply;
    });
  }

  async #paced(call: DoorCall, make: () => Promise<Reply>): Promise<Reply> {
    if (this.#queue.size >= mostWaiting) {
      throw new Refusal(503, "Busy", "This page asks for more than three calls per second: close other tabs or wait.");
    }
    // A call that changes something is repeated only if AWS has certainly not made it.
    const mayRepeat = isWriting(call) ? isThrottled : isPassing;
    return this.#explained(call, () =>
      pRetry(() => this.#queue.add(make), {
        retries,
        minTimeout: this.#delayMs,
        factor: 2,
        randomize: true,
        shouldRetry: ({ error }) => mayRepeat(error),
      }),
    );
  }

  async #explained(call: DoorCall, make: () => Promise<Reply>): Promise<Reply> {
    try {
      return await make();
    } catch (error) {
      throw sentenceOf(call, error) ?? error;
    }
  }
}
