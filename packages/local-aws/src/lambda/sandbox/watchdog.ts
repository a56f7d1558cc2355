import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Kills the process groups that were last reported and removes the folder when its input ends, at the latest when the
 * process that started it has gone. It works even after a SIGKILL of that process, on which the process itself can run
 * no code.
 */
const script = `
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -9 -"$group" 2>/dev/null; done
rm -rf "$1"
`;

/**
 * Ends sandboxes, including busy ones and their child processes, if this process ends without doing so. On systems
 * without a POSIX shell (Windows), a sandbox ends by itself as soon as the Runtime API is gone, a busy one after its
 * invocation.
 */
export class Watchdog {
  readonly #groups = new Set<number>();
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(group: number): void {
    this.#groups.add(group);
    this.#report();
  }

  remove(group: number): void {
    this.#groups.delete(group);
    this.#report();
  }

  async close(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.ref();
    running.stdin?.end("\n");
    await ended;
  }

  #report(): void {
    if (process.platform === "win32") return;
    this.#process ??= this.#start();
    this.#process.stdin?.write(`${[...this.#groups].join(" ")}\n`);
  }

  #start(): ChildProcess {
    const { PATH = "/usr/bin:/bin" } = process.env;
    // The watchdog has a separate session, so that the Ctrl-C that ends this process does not end the watchdog first.
    const child = spawn("/bin/sh", ["-c", script, "watchdog", this.#folder], {
      cwd: "/",
      env: { PATH },
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.on("error", () => undefined);
    child.stdin?.on("error", () => undefined);
    child.unref();
    (child.stdin as Socket | null)?.unref();
    return child;
  }
}
