import type { Clock } from "../clock.ts";

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/**
 * A clock that advances to the next sleeper's time whenever nothing else is happening, so that hours pass immediately
 * in a test. `slept` lists the duration of every sleep, in order.
 */
export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #now: number;
  #sleepers: Sleeper[] = [];
  #scheduled = false;
  /** Number of operations outside the event loop; time does not pass while there are any. */
  #outside = 0;

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Number of timers that are waiting. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      this.slept.push(milliseconds);
      const sleeper = { at: this.#now + Math.max(0, milliseconds), wake };
      const remove = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal.removeEventListener("abort", abort);
      };
      function wake() {
        remove();
        resolve();
      }
      function abort() {
        remove();
        reject(signal.reason);
      }
      signal.addEventListener("abort", abort);
      this.#sleepers.push(sleeper);
      this.#schedule();
    });
  }

  during(work: Promise<unknown>): void {
    this.#outside += 1;
    const ended = () => {
      this.#outside -= 1;
      this.#schedule();
    };
    work.then(ended, ended);
  }

  /**
   * Waits two turns of the event loop, in which everything that is not asleep continues, then wakes the next sleeper.
   */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() =>
      setImmediate(() => {
        this.#scheduled = false;
        if (this.#outside > 0) return;
        const next = this.#sleepers.reduce<Sleeper | undefined>(
          (first, other) => (first === undefined || other.at < first.at ? other : first),
          undefined,
        );
        if (next === undefined) return;
        this.#now = Math.max(this.#now, next.at);
        next.wake();
        if (this.#sleepers.length > 0) this.#schedule();
      }),
    );
  }
}
