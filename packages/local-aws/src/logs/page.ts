import { AwsError } from "../service.ts";

/** Numbers of the CloudWatch Logs API: events and bytes of one answer. */
export const maxEvents = 10_000;
const maxBytes = 1024 * 1024;
/** What AWS counts for an event beside its message. */
const eventOverhead = 26;

/** Collects one answer's worth of events. */
export class Page<T extends { readonly message: string }> {
  readonly events: T[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the event belongs to the next answer; a single one always fits. */
  add(event: T): boolean {
    const bytes = Buffer.byteLength(event.message) + eventOverhead;
    if (this.events.length >= this.#limit) return false;
    if (this.events.length > 0 && this.#bytes + bytes > maxBytes) return false;
    this.events.push(event);
    this.#bytes += bytes;
    return true;
  }
}

/** @throws AwsError "InvalidParameterException" outside of 1 to `most`. */
export function limitOf(value: number | undefined, most: number): number {
  if (value === undefined) return most;
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new AwsError("InvalidParameterException", `limit is ${value}; it must be a whole number from 1 to ${most}.`);
}

export function encodeToken(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** @throws AwsError "InvalidParameterException". */
export function decodeToken<T>(token: string, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (isValid(value)) return value;
  } catch {
    // Said below, as for a token of another operation.
  }
  throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
}
