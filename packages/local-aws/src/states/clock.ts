import { setTimeout as delay } from "node:timers/promises";

/** The interpreter's source of time, so that a test can control how time passes. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `milliseconds`. If the signal is aborted, rejects with its reason and leaves no timer behind. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Reports work outside the event loop, so that a test clock waits for it before it advances. */
  during?(work: Promise<unknown>): void;
}

/** The longest duration of a timer in Node. A Wait state may last a year. */
const longestTimer = 2 ** 31 - 1;

/** The clock of this machine. */
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
