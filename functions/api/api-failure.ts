import { type ApiError, type ApiErrorCode, apiErrorStatus, storageError } from "../../contract/errors.ts";

/** A request that fails: the code, message and status of its response. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly code: ApiErrorCode;
  readonly details: ApiError["details"];
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ApiErrorCode,
    message: string,
    options: ErrorOptions & { details?: ApiError["details"]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, options);
    this.code = code;
    this.details = options.details;
    this.headers = options.headers ?? {};
  }

  get status(): (typeof apiErrorStatus)[ApiErrorCode] {
    return apiErrorStatus[this.code];
  }

  get body(): ApiError {
    return { code: this.code, message: this.message, ...(this.details ? { details: this.details } : {}) };
  }
}

const throttled = new Set(["ThrottlingException", "TooManyRequestsException", "ExecutionLimitExceeded", "SlowDown"]);
const unreachable = new Set([
  storageError,
  "TimeoutError",
  "AbortError",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
]);

/** Converts any error to an `ApiFailure`. AWS's message appears only in the log. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const { name, code, $metadata } = (error ?? {}) as {
    name?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (throttled.has(name ?? "")) {
    const message = "The service behind this API is limiting requests: wait a second, then try again.";
    return new ApiFailure("TooManyRequests", message, { cause: error, headers: { "retry-after": "1" } });
  }
  if (unreachable.has(name ?? "") || unreachable.has(code ?? "") || ($metadata?.httpStatusCode ?? 0) >= 500) {
    const message = "A service behind this API is not responding: try again.";
    return new ApiFailure("ServiceUnavailable", message, { cause: error, headers: { "retry-after": "2" } });
  }
  return new ApiFailure("InternalError", "The request failed inside this service; its log has the reason.", {
    cause: error,
  });
}
