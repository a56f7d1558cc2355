import { readdirSync, readFileSync } from "node:fs";

/** What the threads of a process did since they started, in milliseconds, all threads together. */
export interface ThreadTime {
  readonly ranMs: number;
  /** Ready to run, but without a processor: another thread ran, or the limit of the control group was reached. */
  readonly waitedMs: number;
}

/** Adds up the threads of a process, by the kernel's scheduler (`schedstat`). Linux only. */
export function threadTimeOf(pid: number): ThreadTime {
  let [ranMs, waitedMs] = [0, 0];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1");
    const [ran = 0, waited = 0] = text.split(" ").map(Number);
    ranMs += ran / 1e6;
    waitedMs += waited / 1e6;
  }
  return { ranMs, waitedMs };
}
