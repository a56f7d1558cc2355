import type { Terminal } from "./terminal.ts";

/** Timeout of an orderly shutdown; the operating system closes the rest. */
const patienceMs = 8_000;

/**
 * Within this time a second signal is a repetition: npm forwards the Ctrl-C that the terminal has sent to all
 * processes.
 */
const sameSignalMs = 500;

/** Closes resources in reverse order on Ctrl-C or SIGTERM; a second signal exits at once. */
export class Shutdown {
  readonly #steps: (() => void | Promise<void>)[] = [];
  readonly #controller = new AbortController();
  readonly #terminal: Terminal;
  #began: number | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (this.#began === undefined) void this.run(signal === "SIGINT" ? 130 : 143);
        else if (performance.now() - this.#began > sameSignalMs) process.exit(130);
      });
    }
  }

  /** Aborted when the shutdown begins, to stop unfinished work. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  add(step: () => void | Promise<void>): void {
    this.#steps.push(step);
  }

  async run(exitCode: number): Promise<never> {
    this.#began = performance.now();
    this.#controller.abort();
    const timer = setTimeout(() => process.exit(exitCode), patienceMs);
    timer.unref();
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        this.#terminal.error(`During shutdown: ${(error as Error).message}`);
      }
    }
    process.exit(exitCode);
  }
}
