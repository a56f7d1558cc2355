import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Bytes that a process and all that it started hold in memory now, and the most that the process itself held where the system
 * counts that; zero when it is gone. Lambda counts the whole sandbox: what a handler starts is part of it.
 */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  if (process.platform === "linux") {
    const status = statusOf(pid);
    // Programs and libraries that a descendant shares with the process are counted once, with the process.
    const others = descendantsOf(pid).reduce((sum, other) => sum + kibibytes(statusOf(other), "RssAnon"), 0);
    const now = kibibytes(status, "VmRSS") + others;
    return { now, peak: Math.max(now, kibibytes(status, "VmHWM")) };
  }
  // Windows has no `ps`; there the limit is not enforced.
  const now = residentOf(
    pid,
    attempt(() => execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8" })) ?? "",
  );
  return { now, peak: now };
}

/** Every process that a process started, and those that these started. */
function descendantsOf(pid: number): readonly number[] {
  const tasks = attempt(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const children = tasks.flatMap((task) =>
    (attempt(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")) ?? "").trim().split(" ").filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Bytes of a process and its descendants in a table of process, parent and kibibytes. */
export function residentOf(pid: number, table: string): number {
  const rows = table.split("\n").map((row) => row.trim().split(/\s+/).map(Number));
  const own = rows.find(([id]) => id === pid)?.[2] ?? 0;
  const children = rows.filter(([, parent]) => parent === pid).map(([id = 0]) => id);
  return own * 1024 + children.reduce((sum, child) => sum + residentOf(child, table), 0);
}

function statusOf(pid: number): string {
  return attempt(() => readFileSync(`/proc/${pid}/status`, "utf8")) ?? "";
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
