import { printableLines } from "../lib/printable.ts";

/** Exit codes of `npm run classify`. */
export const exitCodes = {
  allClassified: 0,
  someImagesFailed: 1,
  usage: 2,
  endpointRefused: 3,
  executionFailed: 4,
  /** The exit code of a command that Ctrl-C ended, as in shells. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A problem that the user can fix: ends the command with a message and an exit code, without a stack trace. */
export class CommandFailure extends Error {
  override readonly name: string = "CommandFailure";
  readonly exitCode: ExitCode;
  /** @param message may contain untrusted text; it is made printable, so that it cannot control the terminal */
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(printableLines(message), options);
    this.exitCode = exitCode;
  }
}

export const usage = (message: string, options?: ErrorOptions): CommandFailure =>
  new CommandFailure(exitCodes.usage, message, options);

/** An unexpected error: finished rows are kept, and the stack trace is printed for debugging. */
export class Fault extends CommandFailure {
  override readonly name = "Fault";
  constructor(cause: unknown) {
    const { message, stack = message } = cause instanceof Error ? cause : new Error(String(cause));
    super(exitCodes.endpointRefused, `Internal error: ${stack}`, { cause });
  }
}
