import type { Terminal } from "./terminal.ts";

/** Longest an orderly end may take; what is not closed by then is left to the operating system. */
const patienceMs = 8_000;

/** Within this time a second signal is the first one again: npm forwards the Ctrl-C that the terminal sent to all. */
const sameSignalMs = 500;

/** Ends what was opened, last first, on Ctrl-C or SIGTERM; a second signal ends at once. */
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

  /** Aborted as soon as the end begins: work that has not finished by then should not. */
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
        this.#terminal.error(`While ending: ${(error as Error).message}`);
      }
    }
    process.exit(exitCode);
  }
}
