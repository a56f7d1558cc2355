/**
 * Base class of errors with a code for programs. A subclass is one line:
 * `export class ModelError extends CodedError<ModelErrorCode> { override readonly name = "ModelError"; }`
 * (the name is a literal because bundling may rename classes, and Step Functions matches `Retry` and `Catch` by name).
 */
export class CodedError<Code extends string> extends Error {
  readonly code: Code;

  /** @param message what happened, to which instance, and how to fix it, in full sentences */
  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** True for an error of the operating system or a library with this code, such as "ENOENT". */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
