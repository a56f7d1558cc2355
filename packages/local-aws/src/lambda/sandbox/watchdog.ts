import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Kills the last reported groups, and removes the folder, when its input ends: at the latest when the process that
 * started it is gone. It outlives a SIGKILL of that process, which no code of the process itself does.
 */
const script = `
groups=
while read -r line; do groups=$line; done
for group in $groups; do kill -9 -"$group" 2>/dev/null; done
rm -rf "$1"
`;

/**
 * Ends sandboxes, busy ones and their children too, when this process ends without doing it. Where there is no POSIX
 * shell (Windows), sandboxes end by themselves as soon as they miss the Runtime API: a busy one after its call.
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
    // Its own session: the Ctrl-C that ends this process must not end its watchdog first.
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
