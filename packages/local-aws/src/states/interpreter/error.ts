/**
 * An error of the states language: `name` is what Retry and Catch match, `reason` is what they hand on as "Cause".
 * AWS leaves the cause out where there is nothing to say, as for "States.Timeout".
 */
export class ExecutionError extends Error {
  readonly reason: string | undefined;

  constructor(name: string, reason?: string, options?: ErrorOptions) {
    super(reason ?? name, options);
    this.name = name;
    this.reason = reason;
  }

  /** What a Catch puts into the state, and what histories show. */
  get output(): { readonly Error: string; readonly Cause?: string } {
    return { Error: this.name, ...(this.reason === undefined ? {} : { Cause: this.reason }) };
  }

  get details(): { readonly error: string; readonly cause?: string } {
    return { error: this.name, ...(this.reason === undefined ? {} : { cause: this.reason }) };
  }
}

/** Thrown inside an interpreter whose execution or branch goes on no longer; never an error of the workflow itself. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** A mistake that the definition and its data make together: reported as "States.Runtime", which nothing catches. */
export class RuntimeFailure extends Error {
  override readonly name = "RuntimeFailure";
}

/** Thrown where an event cannot be written: the execution is suspended, and goes on when the service starts again. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}

/** Names that "States.ALL" and "States.TaskFailed" leave out (AWS Step Functions, "Error names"). */
const terminal = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/** Whether an `ErrorEquals` list names this error, by AWS's rules for reserved names. */
export function matches(errorEquals: readonly string[], error: ExecutionError): boolean {
  if (error.name === "States.Runtime") return false;
  return errorEquals.some((name) => {
    if (name === error.name) return true;
    if (name === "States.ALL") return !terminal.has(error.name);
    if (name === "States.Timeout") return error.name === "States.HeartbeatTimeout";
    if (name === "States.TaskFailed") return !terminal.has(error.name) && error.name !== "States.Timeout";
    return false;
  });
}
