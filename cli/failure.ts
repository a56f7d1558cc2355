/** What a script can read off the exit of `npm run classify`. */
export const exitCodes = {
  allClassified: 0,
  someImagesFailed: 1,
  usage: 2,
  endpointRefused: 3,
  executionFailed: 4,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command with a sentence and an exit code, without a stack trace: something the user can put right. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandFailure";
    this.exitCode = exitCode;
  }
}

export const usage = (message: string, options?: ErrorOptions): CommandFailure =>
  new CommandFailure(exitCodes.usage, message, options);
