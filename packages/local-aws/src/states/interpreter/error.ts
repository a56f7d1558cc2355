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

  /** What a Catch puts into the state: an empty cause where there is none. */
  get output(): { readonly Error: string | null; readonly Cause: string | null } {
    return { Error: this.name, Cause: this.reason ?? "" };
  }

  get details(): { readonly error?: string; readonly cause?: string } {
    return { error: this.name, ...(this.reason === undefined ? {} : { cause: this.reason }) };
  }
}

/** The failure that a client reported for a waiting task; both name and cause are optional. */
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

/** A task that waits for a callback and heard no heartbeat in time: AWS's histories name it as any timeout. */
export class MissedHeartbeat extends ExecutionError {
  constructor() {
    super("States.Timeout");
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

/**
 * Whether an `ErrorEquals` list names this error, by AWS's rules for reserved names. Nothing matches "States.Runtime".
 * "States.ALL" matches a task's "States.DataLimitExceeded" too: the documentation says otherwise, recordings of AWS
 * show it.
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
