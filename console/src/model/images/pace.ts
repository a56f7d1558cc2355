import { durationText } from "../words.ts";

/** Length of the period over which the speed is measured: batches end in bursts. */
const windowMs = 20_000;
/** A shorter period says nothing about the speed. */
const shortestMs = 1_000;

/** Measures how fast images are done, from what was seen at different times. */
export class Pace {
  readonly #samples: { readonly at: number; readonly done: number }[] = [];

  /** Adds how many images were done at a time, in milliseconds. Fewer than before mean a new start. */
  add(at: number, done: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && done < last.done) this.#samples.length = 0;
    this.#samples.push({ at, done });
    // The last sample before the window stays, so that the measured period is at least as long as the window.
    while ((this.#samples[1]?.at ?? at) <= at - windowMs) this.#samples.shift();
  }

  /** Images per second; undefined until it can be measured, or while nothing is done. */
  get perSecond(): number | undefined {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < shortestMs) return undefined;
    const rate = ((last.done - first.done) * 1_000) / (last.at - first.at);
    return rate > 0 ? rate : undefined;
  }

  /** `12.5 images per second · about 40 s left`; empty until it can be measured. */
  words(total: number, done: number): string {
    const rate = this.perSecond;
    if (rate === undefined || done >= total) return "";
    const speed = rate >= 1 ? `${rate.toFixed(1)} images per second` : `${(1 / rate).toFixed(1)} s per image`;
    const left = Math.ceil((total - done) / rate) * 1_000;
    return `${speed} · about ${wholeSeconds(left)} left`;
  }
}

function wholeSeconds(milliseconds: number): string {
  return milliseconds < 60_000 ? `${milliseconds / 1_000} s` : durationText(milliseconds);
}
