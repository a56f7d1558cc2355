import { z } from "zod";
import { ApiError } from "../../contract/errors.ts";
import { CommandFailure, exitCodes } from "../failure.ts";

/** The API or the bucket rejected a request; the code shows what the caller can do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;
  readonly status: number;
  /** Milliseconds to wait before a retry, from the response. */
  readonly retryAfterMs: number;
  /** Fields of the request that were refused. */
  readonly fields: readonly string[];
  constructor(status: number, code: string, message: string, retryAfterMs = 0, fields: readonly string[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.fields = fields;
  }

  /** A retry may succeed: the request was throttled, or the gateway or a service behind it failed. */
  get passing(): boolean {
    return this.status === 429 || [500, 502, 503, 504].includes(this.status);
  }
}

/** The connection could not be made, or was lost. */
export class Unreachable extends CommandFailure {
  override readonly name = "Unreachable";
  readonly code = "ConnectionLost";
  /** A retry may succeed. */
  readonly passing: boolean;
  constructor(message: string, passing: boolean, options: ErrorOptions) {
    super(exitCodes.endpointRefused, message, options);
    this.passing = passing;
  }
}

/** Milliseconds that a response asks to wait; 0 if it does not. */
export function retryAfterOf(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1_000 : 0;
}

/** A service of a later version may have more codes. */
const AnyError = ApiError.extend({ code: z.string() });

/** The error in a response of the API. */
export function refusalOf(status: number, body: unknown, headers: Headers): Refusal {
  const retryAfterMs = retryAfterOf(headers);
  const { success, data } = AnyError.safeParse(body);
  if (!success) return new Refusal(status, `Http${status}`, `The endpoint responded with ${status}.`, retryAfterMs);
  const { details = [] } = data;
  const sentences = details
    .filter(({ message }) => !data.message.includes(message))
    .map(({ path, message }) => ` ${path || "body"}: ${message}.`)
    .join("");
  const fields = details.map(({ path }) => path);
  return new Refusal(status, data.code, `${data.message}${sentences}`, retryAfterMs, fields);
}

/** Converts a refusal that affects all remaining work to a failure of the command. */
export function failureOf(refusal: Refusal): CommandFailure {
  const hint = [401, 403].includes(refusal.status) ? " Pass the key with --api-key or DLW_API_KEY." : "";
  return new CommandFailure(exitCodes.endpointRefused, `${refusal.code}: ${refusal.message}${hint}`, {
    cause: refusal,
  });
}
