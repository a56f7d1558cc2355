/** A problem in the form in which it is shown: a stable code and a message. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** A problem that a service reported, or that this page found itself. */
export class ProblemError extends Error implements Problem {
  readonly code: string;
  /** Whether the same request would fail again. */
  readonly lasts: boolean;

  constructor(code: string, message: string, { lasts = false, ...options }: ErrorOptions & { lasts?: boolean } = {}) {
    super(message, options);
    this.code = code;
    this.lasts = lasts;
  }
}

/** Converts any error to a problem: an error of the API, of AWS's SDK, or of the network. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: "Unknown", message: String(error) };
  // `fetch` rejects with such an error when there is no connection.
  if (error.name === "TypeError" && /fetch|network|load/i.test(error.message)) {
    return { code: "ConnectionFailed", message: "The service does not respond. Is it still running?" };
  }
  return { code: error.name, message: error.message };
}

/** Whether the service could not be reached at all. */
export function isUnreachable(problem: Problem | undefined): boolean {
  return problem?.code === "ConnectionFailed";
}
