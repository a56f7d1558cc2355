import { existsSync } from "node:fs";

/** What this platform can measure and limit of the processes that this one starts. */
export interface ProcessLimits {
  /** Processor time and memory of another process can be read. */
  readonly measured: boolean;
  /** The shell that sets the kernel's memory limit; absent if the platform has none. */
  readonly shell?: string;
}

const shell = "/bin/sh";

/** Only Linux has both: `/proc` to read, and `ulimit -d` that the kernel enforces (macOS takes the limit and ignores it). */
export function processLimits(
  platform: string = process.platform,
  exists: (path: string) => boolean = existsSync,
): ProcessLimits {
  if (platform !== "linux") return { measured: false };
  const measured = exists("/proc/self/stat");
  return exists(shell) ? { measured, shell } : { measured };
}
