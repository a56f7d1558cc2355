import { readdirSync, readFileSync } from "node:fs";

/**
 * Megabytes of this process at its peak. On Linux, `process.resourceUsage().maxRSS` would include the process that
 * started this one.
 */
export function ownPeakMb(): number {
  return process.platform === "linux" ? peakMbOf(process.pid) : process.resourceUsage().maxRSS / 1_024;
}

/** Megabytes of all processes that a process started, and that these started, each at its own peak. Linux only. */
export function peakMbOfDescendants(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + peakMbOf(child) + peakMbOfDescendants(child), 0);
}

/** Megabytes that one process uses now, and that it used at its peak. Linux only. */
export const residentMbOf = (pid: number): number => megabytesOf(pid, "VmRSS");
export const peakMbOf = (pid: number): number => megabytesOf(pid, "VmHWM");

function megabytesOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1024;
}
