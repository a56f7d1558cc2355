import { statesLimits } from "../../limits.ts";
import { ExecutionError } from "../interpreter/error.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Sets an own property with any name; assigning to "__proto__" would change the prototype. */
export function withProperty(object: JsonObject, key: string, value: Json): JsonObject {
  return Object.fromEntries([...Object.entries(object), [key, value]]);
}

/** Returns the own property or the array element at an index (negative: from the end), or undefined. */
export function child(value: Json | undefined, key: string | number): Json | undefined {
  if (isArray(value)) return typeof key === "number" ? value.at(key) : undefined;
  if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
  return value[key];
}

/** Formats a value for an error message like AWS: a string is written without quotes. */
export function shown(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Returns a whole number, also from a string that contains one; undefined for anything else. */
export function wholeNumber(value: Json): number | undefined {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) ? number : undefined;
}

export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

export function equalJson(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (isArray(left) && isArray(right)) {
    return left.length === right.length && left.every((item, index) => equalJson(item, right[index] ?? null));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalJson(left[key] ?? null, right[key] ?? null))
  );
}

/**
 * Returns the JSON text of a value that passes from one state to another. `what` is the name of the state or of the
 * task's resource. Throws "States.DataLimitExceeded" above 256 KiB.
 */
export function payloadText(value: Json, what: string): string {
  return boundedText(JSON.stringify(value), what);
}

/** Returns the text unchanged. Throws "States.DataLimitExceeded" above 256 KiB. */
export function boundedText(text: string, what: string): string {
  if (Buffer.byteLength(text) <= statesLimits.payloadBytes) return text;
  throw new ExecutionError(
    "States.DataLimitExceeded",
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
