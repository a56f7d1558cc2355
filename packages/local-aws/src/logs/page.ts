import { AwsError } from "../service.ts";

/** Limits of the CloudWatch Logs API: events and bytes per response. */
export const maxEvents = 10_000;
const maxBytes = 1024 * 1024;
/** Bytes that AWS counts for an event in addition to its message. */
const eventOverhead = 26;

/** Collects the events of one response. */
export class Page<T extends { readonly message: string }> {
  readonly events: T[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns false if the event belongs in the next response; a page accepts a single event of any size. */
  add(event: T): boolean {
    const bytes = Buffer.byteLength(event.message) + eventOverhead;
    if (this.events.length >= this.#limit) return false;
    if (this.events.length > 0 && this.#bytes + bytes > maxBytes) return false;
    this.events.push(event);
    this.#bytes += bytes;
    return true;
  }
}

/** @throws AwsError "InvalidParameterException" if the limit is not between 1 and `most`. */
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
    // The error below covers this as well as a token of another operation.
  }
  throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
}
