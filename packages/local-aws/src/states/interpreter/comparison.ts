import type { ChoiceRule } from "../asl/definition.ts";
import type { Json } from "../data/json.ts";
import { find, type Scope } from "../data/path.ts";
import { timestampOf } from "../data/timestamp.ts";
import { RuntimeFailure } from "./error.ts";

type Ordering = (left: number | string, right: number | string) => boolean;

const orderings: Readonly<Record<string, Ordering>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThan: (left, right) => left > right,
  GreaterThanEquals: (left, right) => left >= right,
};

/**
 * Converts a value for comparison as a given type. Returns undefined if the value does not have that type; every
 * comparison is then false.
 */
const kinds: Readonly<Record<string, (value: Json) => number | string | undefined>> = {
  String: (value) => (typeof value === "string" ? value : undefined),
  Numeric: (value) => (typeof value === "number" ? value : undefined),
  Timestamp: (value) => timestampOf(value),
};

const tests: Readonly<Record<string, (value: Json | undefined) => boolean>> = {
  IsPresent: (value) => value !== undefined,
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === "string",
  IsNumeric: (value) => typeof value === "number",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: (value) => timestampOf(value) !== undefined,
};

const operator = /^(String|Numeric|Timestamp)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)(Path)?$/;

/** Whether a choice rule matches the state's input. */
export function holds(rule: ChoiceRule, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((part) => holds(part, scope));
  if (rule.Or !== undefined) return rule.Or.some((part) => holds(part, scope));
  if (rule.Not !== undefined) return !holds(rule.Not, scope);
  const variable = rule.Variable ?? fail("A choice rule names no Variable.");
  for (const [name, operand] of Object.entries(rule)) {
    const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
    if (test !== undefined) {
      const value = find(variable, scope);
      if (name !== "IsPresent" && value === undefined) missing(variable);
      return test(value) === operand;
    }
    const compared = compare(name, operand as Json, variable, scope);
    if (compared !== undefined) return compared;
  }
  return fail(`The choice rule for '${variable}' has no operator.`);
}

function compare(name: string, operand: Json, variable: string, scope: Scope): boolean | undefined {
  const other = (isPath: boolean): Json => (isPath && typeof operand === "string" ? present(operand, scope) : operand);
  if (name === "StringMatches") return wildcard(present(variable, scope), operand);
  if (name === "BooleanEquals" || name === "BooleanEqualsPath") {
    const [left, right] = [present(variable, scope), other(name.endsWith("Path"))];
    return typeof left === "boolean" && left === right;
  }
  const [, kind = "", relation = "", path] = operator.exec(name) ?? [];
  const [read, ordering] = [kinds[kind], orderings[relation]];
  if (read === undefined || ordering === undefined) return undefined;
  const [left, right] = [read(present(variable, scope)), read(other(path !== undefined))];
  return left !== undefined && right !== undefined && ordering(left, right);
}

function present(path: string, scope: Scope): Json {
  const value = find(path, scope);
  return value === undefined ? missing(path) : value;
}

/**
 * Whether a text matches a pattern: `*` matches any characters, `\*` a star, `\\` a backslash. The literal parts are
 * searched from left to right, each at its first occurrence, so the time is at most the product of both lengths.
 */
function wildcard(value: Json, pattern: Json): boolean {
  if (typeof value !== "string" || typeof pattern !== "string") return false;
  const pieces = [""];
  for (const [part, escaped] of pattern.matchAll(/\\(.)|\*|[^*\\]+|\\$/gs)) {
    if (part === "*") pieces.push("");
    else pieces[pieces.length - 1] += escaped ?? part;
  }
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let position = first.length;
  for (const piece of rest) {
    const found = value.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return value.length - last.length >= position && value.endsWith(last);
}

function missing(path: string): never {
  return fail(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
}

function fail(message: string): never {
  throw new RuntimeFailure(message);
}
