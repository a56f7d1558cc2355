import { type ChildProcess, execFileSync } from "node:child_process";

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All running processes of this machine, except zombies. */
export function processes(): readonly ProcessRow[] {
  const text = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3]?.startsWith("Z")) return [];
    return [{ pid: Number(match[1]), parent: Number(match[2]), command: match[4] ?? "" }];
  });
}

/** The descendants of a process, at any depth. */
export function descendants(pid: number): readonly ProcessRow[] {
  const all = processes();
  const found: ProcessRow[] = [];
  const queue = [pid];
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    for (const row of all.filter((candidate) => candidate.parent === parent)) {
      found.push(row);
      queue.push(row.pid);
    }
  }
  return found;
}

export function isAlive(pid: number): boolean {
  return processes().some((row) => row.pid === pid);
}

/** Signals the process group that a detached child leads, even if the child itself has ended. */
export function signalGroup({ pid }: Pick<ChildProcess, "pid">, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // The whole group has ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
