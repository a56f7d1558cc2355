/** The chance and the time that expressions meet: those of the job, so that a resumed execution meets them again. */
import { createHash } from "node:crypto";

let seed = "";
let draws = 0;
let time = 0;

export const chance = {
  from(next) {
    seed = next;
    draws = 0;
  },
  /** From 0 up to, but not including, 1. */
  next() {
    draws += 1;
    return createHash("sha256").update(`${seed} ${draws}`).digest().readUIntBE(0, 6) / 2 ** 48;
  },
};

export function setTime(milliseconds) {
  time = milliseconds;
}

// The library asks the globals; in this thread nothing else does.
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
