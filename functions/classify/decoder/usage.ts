import { readFileSync } from "node:fs";

/** Usage of a process: milliseconds of processor time of all its threads, and its current memory in bytes. */
export interface Usage {
  readonly processorMs: number;
  readonly memoryBytes: number;
}

/**
 * Linux counts processor time in hundredths of a second wherever Node runs (USER_HZ), memory in pages of 4 KiB on
 * x86-64.
 */
const tickMs = 10;

/** Reads the usage of another process; undefined if the system does not provide it or the process is gone. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Only the second field, the program's name, may contain spaces, so fields are counted from its end.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const processorMs = (Number(fields[11]) + Number(fields[12])) * tickMs;
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return { processorMs, memoryBytes: Number(resident ?? 0) * 1_024 };
  } catch {
    return undefined;
  }
}
