/** What a script can read off the exit of `npm run classify`. */
export const exitCodes = {
  allClassified: 0,
  someImagesFailed: 1,
  usage: 2,
  endpointRefused: 3,
  executionFailed: 4,
  /** What shells give a command that Ctrl-C ended. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a sentence and an exit code, without a stack trace: something the user can put right. */
export class CommandFailure extends Error {
  override readonly name: string = "CommandFailure";
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

export const usage = (message: string, options?: ErrorOptions): CommandFailure =>
  new CommandFailure(exitCodes.usage, message, options);

/** Something that this program did not foresee: the finished rows are kept, and the stack is for whoever repairs it. */
export class Fault extends CommandFailure {
  override readonly name = "Fault";
  constructor(cause: unknown) {
    const { message, stack = message } = cause instanceof Error ? cause : new Error(String(cause));
    super(exitCodes.endpointRefused, `A fault of this command: ${stack}`, { cause });
  }
}
