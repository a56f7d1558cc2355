import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Bytes that a process holds in memory now, and the most it held where the system counts that; zero when it is gone. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  if (process.platform === "linux") {
    const status = attempt(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
    return { now: kibibytes(status, "VmRSS"), peak: kibibytes(status, "VmHWM") };
  }
  // Windows has no `ps`; there the limit is not enforced.
  const text = attempt(() => execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
  const now = Number(text?.trim() ?? 0) * 1024;
  return { now, peak: now };
}

function kibibytes(status: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) * 1024;
}

/** Kills a process that leads a group, and all of the group: what a handler started must not outlive it. */
export function killGroup(pid: number): void {
  if (process.platform === "win32") attempt(() => execFileSync("taskkill", ["/pid", String(pid), "/T", "/F"]));
  else attempt(() => process.kill(-pid, "SIGKILL"));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
