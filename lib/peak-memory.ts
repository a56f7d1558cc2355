import { readFileSync } from "node:fs";

/**
 * Megabytes of this process at its peak. On Linux, `process.resourceUsage().maxRSS` would include the process that
 * started this one.
 */
export function ownPeakMb(): number {
  return process.platform === "linux" ? peakMbOf("self") : process.resourceUsage().maxRSS / 1_024;
}

/** Megabytes that one process uses now, and that it used at its peak. Linux only. */
export const residentMbOf = (pid: number | "self"): number => megabytesOf(pid, "VmRSS");
export const peakMbOf = (pid: number | "self"): number => megabytesOf(pid, "VmHWM");

function megabytesOf(pid: number | "self", field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1_024;
}
