/**
 * Replaces random numbers and the time for expressions by those of the job, so that a resumed execution gets the same
 * ones.
 */
import { createHash } from "node:crypto";

let seed = "";
let draws = 0;
let time = 0;

export const chance = {
  from(next) {
    seed = next;
    draws = 0;
  },
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  next() {
    draws += 1;
    return createHash("sha256").update(`${seed} ${draws}`).digest().readUIntBE(0, 6) / 2 ** 48;
  },
};

export function setTime(milliseconds) {
  time = milliseconds;
}

// The library uses the global objects, and no other code in this thread does.
Math.random = () => chance.next();
const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [time] : parts));
  }

  static now() {
    return time;
  }
};
