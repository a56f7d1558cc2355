import { AwsError } from "../../service.ts";
import type { ObjectRecord } from "../store/record.ts";
import type { Precondition } from "../store/store.ts";

/**
 * Checks a read request's conditions in the order of RFC 9110, section 13.2.2.
 * @throws AwsError "PreconditionFailed" (412) or "NotModified" (304)
 */
export function checkRead(headers: Headers, record: ObjectRecord): void {
  const ifMatch = headers.get("if-match");
  const since = headers.get("if-unmodified-since");
  const seconds = Math.floor(record.lastModified / 1_000) * 1_000;
  if (ifMatch !== null) {
    if (!matches(ifMatch, record)) throw preconditionFailed("If-Match");
  } else if (since !== null && seconds > Date.parse(since)) throw preconditionFailed("If-Unmodified-Since");
  const ifNoneMatch = headers.get("if-none-match");
  const modified = headers.get("if-modified-since");
  if (ifNoneMatch !== null) {
    if (matches(ifNoneMatch, record)) throw notModified();
  } else if (modified !== null && seconds <= Date.parse(modified)) throw notModified();
}

/** Maps the conditions on the source of a copy to the equivalent conditions of a read. */
const copyConditions = {
  "x-amz-copy-source-if-match": "if-match",
  "x-amz-copy-source-if-none-match": "if-none-match",
  "x-amz-copy-source-if-modified-since": "if-modified-since",
  "x-amz-copy-source-if-unmodified-since": "if-unmodified-since",
} as const;

/** Checks the conditions on the source of a copy. @throws AwsError "PreconditionFailed" (412) */
export function checkCopy(headers: Headers, record: ObjectRecord): void {
  const conditions = new Headers();
  for (const [name, condition] of Object.entries(copyConditions)) {
    const value = headers.get(name);
    if (value !== null) conditions.set(condition, value);
  }
  try {
    checkRead(conditions, record);
  } catch (error) {
    if (error instanceof AwsError && error.status === 304) throw preconditionFailed("of the copy's source");
    throw error;
  }
}

/** The condition that a write request places on the existing object. */
export function writeCondition(headers: Headers): Precondition {
  const ifNoneMatch = headers.get("if-none-match");
  const ifMatch = headers.get("if-match");
  return (current) => {
    if (ifNoneMatch !== null) {
      if (ifNoneMatch !== "*") throw new AwsError("NotImplemented", 'A write takes only "If-None-Match: *".', 501);
      if (current) throw preconditionFailed("If-None-Match");
    }
    if (ifMatch === null) return;
    if (!current) throw new AwsError("NoSuchKey", "The object that If-Match names does not exist.", 404);
    if (!matches(ifMatch, current)) throw preconditionFailed("If-Match");
  };
}

function matches(header: string, { etag }: ObjectRecord): boolean {
  return header.split(",").some((part) => {
    const tag = part.trim().replace(/^W\//, "").replaceAll('"', "");
    return tag === "*" || tag === etag;
  });
}

function preconditionFailed(condition: string): AwsError {
  return new AwsError("PreconditionFailed", `The precondition ${condition} does not hold.`, 412);
}

function notModified(): AwsError {
  return new AwsError("NotModified", "The object is the one you have.", 304);
}
