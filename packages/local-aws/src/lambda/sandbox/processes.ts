import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Returns the memory in bytes that a process and its descendants use now, and the peak of the process itself if the
 * system counts it; zero if the process is gone. Lambda also counts the whole sandbox, including processes that a
 * handler starts.
 */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  if (process.platform === "linux") {
    const status = statusOf(pid);
    // Programs and libraries shared between the process and its descendants are counted once, for the process.
    const others = descendantsOf(pid).reduce((sum, other) => sum + kibibytes(statusOf(other), "RssAnon"), 0);
    const now = kibibytes(status, "VmRSS") + others;
    return { now, peak: Math.max(now, kibibytes(status, "VmHWM")) };
  }
  // Windows has no `ps`, so the limit is not enforced there.
  const now = residentOf(
    pid,
    attempt(() => execFileSync("ps", ["-axo", "pid=,ppid=,rss="], { encoding: "utf8" })) ?? "",
  );
  return { now, peak: now };
}

/** Lists all descendants of a process. */
function descendantsOf(pid: number): readonly number[] {
  const tasks = attempt(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const children = tasks.flatMap((task) =>
    (attempt(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")) ?? "").trim().split(" ").filter(Boolean),
  );
  return children.map(Number).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Sums the memory, in bytes, of a process and its descendants from a table of process id, parent id and kibibytes. */
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

/** Kills a process group by its leader, so that processes that a handler started do not outlive it. */
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
