import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { within } from "../../deadline.ts";
import { LineSplitter } from "./lines.ts";
import { killGroup, memoryOf } from "./processes.ts";
import { createRuntimeApi, type RuntimeApi } from "./runtime-api.ts";
import type { Watchdog } from "./watchdog.ts";

/** How a runtime process ended, in Lambda's terms. */
export interface Exit {
  readonly kind: "exit";
  readonly errorType: "Runtime.ExitError";
  readonly reason: string;
}

export interface SandboxOptions {
  readonly environment: (runtimeApi: string) => Record<string, string>;
  readonly home: string;
  readonly taskRoot: string;
  /** Path of the Node executable. */
  readonly node: string;
  readonly memorySizeMb: number;
  readonly watchdog: Watchdog;
  readonly onLine: (line: string) => void;
}

const client = path.join(import.meta.dirname, "runtime-client", "main.mjs");

/** Interval of the memory checks while a handler runs, so that excessive use is noticed early. */
const pollMs = process.platform === "linux" ? 100 : 500;

/** A runtime process with its Runtime API, its pipes and its temporary folder. */
export class Sandbox {
  readonly api: RuntimeApi;
  readonly #options: SandboxOptions;
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  readonly #listeners = new Set<(exit: Exit) => void>();
  #exit: Exit | undefined;
  #peak = 0;
  #killed = false;

  static async start(options: SandboxOptions): Promise<Sandbox> {
    let sandbox: Sandbox | undefined;
    sandbox = new Sandbox(options, await createRuntimeApi({ session: () => sandbox?.pid }));
    return sandbox;
  }

  private constructor(options: SandboxOptions, api: RuntimeApi) {
    this.#options = options;
    this.api = api;
    const heap = Math.floor(options.memorySizeMb * 0.9);
    this.#child = spawn(options.node, [`--max-old-space-size=${heap}`, client], {
      cwd: options.taskRoot,
      env: options.environment(api.address),
      // A separate process group, so that processes that a handler starts can be killed together with it.
      detached: process.platform !== "win32",
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (this.#child.pid !== undefined) options.watchdog.add(this.#child.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#read(stream);
    this.#child.once("error", (error) => this.#exited(error.message));
    this.#child.once("exit", (code, signal) => this.#exited(reason(code, signal)));
    this.#closed = new Promise<Exit>((resolve) => this.onExit(resolve)).then(() => this.#tidy());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Calls `listener` once, when the process has ended or if it has already. The returned function forgets the listener:
   * a promise would keep the result of every call that was awaited together with it.
   */
  onExit(listener: (exit: Exit) => void): () => void {
    if (this.#exit) listener(this.#exit);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #exited(why: string): void {
    if (this.#exit) return;
    this.#exit = { kind: "exit", errorType: "Runtime.ExitError", reason: why };
    for (const listener of this.#listeners) listener(this.#exit);
    this.#listeners.clear();
  }

  /** Peak memory in bytes. */
  memoryPeak(): number {
    if (this.pid !== undefined) this.#peak = Math.max(this.#peak, memoryOf(this.pid).peak);
    return this.#peak;
  }

  /**
   * Starts to enforce the memory limit: kills the process as soon as it exceeds the limit. The returned function stops
   * this.
   */
  limitMemory(): () => void {
    const limit = this.#options.memorySizeMb * 1024 * 1024;
    const timer = setInterval(() => {
      if (this.pid === undefined) return;
      const { now, peak } = memoryOf(this.pid);
      this.#peak = Math.max(this.#peak, peak);
      if (now > limit) this.#kill();
    }, pollMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  /**
   * Kills the process and everything that its handler started, which may otherwise outlive it, and waits until all have
   * ended.
   */
  async end(): Promise<void> {
    this.#kill();
    await this.#closed;
  }

  #kill(): void {
    if (this.#killed) return;
    this.#killed = true;
    this.memoryPeak();
    if (this.pid !== undefined) killGroup(this.pid);
  }

  #read(stream: Readable | null): void {
    if (!stream) return;
    const lines = new LineSplitter(this.#options.onLine);
    stream.on("data", (chunk: Buffer) => lines.push(chunk));
    stream.on("end", () => lines.end());
    stream.on("error", () => undefined);
  }

  async #tidy(): Promise<void> {
    const { stdout, stderr } = this.#child;
    const drained = [stdout, stderr].map((s) =>
      s && !s.destroyed ? once(s, "close").catch(() => undefined) : undefined,
    );
    await within(1_000, Promise.all(drained));
    stdout?.destroy();
    stderr?.destroy();
    if (this.pid !== undefined) this.#options.watchdog.remove(this.pid);
    await this.api.close();
    rmSync(this.#options.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function reason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signalName(signal)}`;
  return code === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${code}`;
}

/** The format is that of the Go program that supervises runtimes on AWS. */
function signalName(signal: NodeJS.Signals): string {
  const names: Partial<Record<NodeJS.Signals, string>> = {
    SIGKILL: "killed",
    SIGTERM: "terminated",
    SIGABRT: "aborted",
    SIGSEGV: "segmentation fault",
    SIGBUS: "bus error",
    SIGILL: "illegal instruction",
    SIGINT: "interrupt",
  };
  return names[signal] ?? signal.toLowerCase();
}
