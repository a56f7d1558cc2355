import { setTimeout as delay } from "node:timers/promises";

/** Time as the interpreter sees it, so that a test decides how it passes. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason, and leaves no timer behind, once it is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Says that work goes on outside the event loop: a clock that jumps waits for it. */
  during?(work: Promise<unknown>): void;
}

/** The longest that one timer of Node can run; a Wait state may last a year. */
const longestTimer = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  now: Date.now,
  async sleep(milliseconds, signal) {
    const end = Date.now() + milliseconds;
    try {
      for (let left = milliseconds; left > 0; left = end - Date.now()) {
        await delay(Math.min(left, longestTimer), undefined, { signal });
      }
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
    signal.throwIfAborted();
  },
};
