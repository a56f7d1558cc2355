/**
 * An error as the States Language defines it: `name` is matched by Retry and Catch, and `reason` is passed on as
 * "Cause". AWS omits the cause if there is none, as for "States.Timeout".
 */
export class ExecutionError extends Error {
  readonly reason: string | undefined;

  constructor(name: string, reason?: string, options?: ErrorOptions) {
    super(reason ?? name, options);
    this.name = name;
    this.reason = reason;
  }

  /** The error output for a Catch; without a cause, "Cause" is empty. */
  get output(): { readonly Error: string | null; readonly Cause: string | null } {
    return { Error: this.name, Cause: this.reason ?? "" };
  }

  get details(): { readonly error?: string; readonly cause?: string } {
    return { error: this.name, ...(this.reason === undefined ? {} : { cause: this.reason }) };
  }
}

/** A failure that a client reported for a waiting task. Name and cause are both optional. */
export class CallbackFailure extends ExecutionError {
  readonly #named: boolean;

  constructor(name: string | undefined, cause: string | undefined) {
    super(name ?? "States.TaskFailed", cause);
    this.#named = name !== undefined;
  }

  override get output() {
    return { Error: this.#named ? this.name : null, Cause: this.reason ?? null };
  }

  override get details() {
    const { error: _, ...rest } = super.details;
    return this.#named ? { error: this.name, ...rest } : rest;
  }
}

/** A task that waited for a callback and received no heartbeat in time. AWS's histories record it like any timeout. */
export class MissedHeartbeat extends ExecutionError {
  constructor() {
    super("States.Timeout");
  }
}

/**
 * Thrown in an interpreter whose execution or branch does not continue. It is never an error of the workflow itself.
 */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/**
 * A problem that arises from the definition together with its data. It is reported as "States.Runtime", which no Catch
 * matches.
 */
export class RuntimeFailure extends Error {
  override readonly name = "RuntimeFailure";
}

/** Thrown if an event cannot be written. The execution is suspended and continues when the service starts again. */
export class StorageFailure extends Error {
  override readonly name = "StorageFailure";
}

/**
 * Whether an `ErrorEquals` list matches this error, by AWS's rules for reserved names. Nothing matches
 * "States.Runtime". "States.ALL" also matches a task's "States.DataLimitExceeded": this contradicts the documentation,
 * but recordings of AWS show it.
 */
export function matches(errorEquals: readonly string[], error: ExecutionError): boolean {
  if (error.name === "States.Runtime") return false;
  return errorEquals.some((name) => {
    if (name === error.name) return true;
    if (name === "States.ALL") return true;
    if (name === "States.HeartbeatTimeout") return error instanceof MissedHeartbeat;
    if (name === "States.Timeout") return error.name === "States.HeartbeatTimeout";
    if (name === "States.TaskFailed") return error.name !== "States.Timeout";
    return false;
  });
}
