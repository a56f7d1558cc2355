import { type Json, shown, wholeNumber } from "../data/json.ts";
import { read, type Scope } from "../data/path.ts";
import { RuntimeFailure } from "./error.ts";
import type { NumberBounds } from "./query/query.ts";

/**
 * Returns a number from the definition, or the value that its `…Path` field refers to; a string that contains a number
 * is accepted. Throws `RuntimeFailure` if the number is not between `least` and `most`.
 */
export function numberOf(
  declared: number | undefined,
  path: string | undefined,
  field: string,
  scope: Scope,
  bounds: NumberBounds = {},
): number | undefined {
  const { whole = true } = bounds;
  const value = path === undefined ? declared : parsed(read(path, scope, `${field}Path`), `${field}Path`, path, whole);
  if (value === undefined) return undefined;
  const problem = checkedNumber(value, field, { ...bounds, whole: false });
  if (problem !== undefined) throw new RuntimeFailure(problem);
  return value;
}

/** Returns what is wrong with a number as a sentence; undefined if it is within its bounds. */
export function checkedNumber(value: number, field: string, bounds: NumberBounds = {}): string | undefined {
  const { least = 0, most = Number.MAX_SAFE_INTEGER, whole = true } = bounds;
  if (whole && !Number.isInteger(value)) return `${field} must be a whole number, not ${value}.`;
  if (value >= least && value <= most) return undefined;
  if (most < Number.MAX_SAFE_INTEGER) return `${field} must be between ${least} and ${most}.`;
  return least === 0 ? `${field} cannot be negative.` : `${field} must be at least ${least}.`;
}

function parsed(value: Json, field: string, path: string, whole: boolean): number {
  const number = whole ? wholeNumber(value) : floatOf(value);
  if (number !== undefined) return number;
  const kind = whole ? "integer" : "float";
  throw new RuntimeFailure(
    `The ${field} field refers to value "${shown(value)}" which is not a valid ${kind}: ${path}`,
  );
}

function floatOf(value: Json): number | undefined {
  const number = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === "number" ? number : undefined;
}
