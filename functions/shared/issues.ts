import type { z } from "zod";

/** A problem of a value: where, and what. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/**
 * The problems that a schema found. For a union, only those of the form that is nearest to the value: who sent an object
 * does not read the rules for a list.
 */
export function problemsOf(issues: readonly z.core.$ZodIssue[], value: unknown): readonly Problem[] {
  return issues.flatMap((issue) => unfold(issue, value));
}

/** Characters of a message. One of unknown fields names all of them. */
const mostCharacters = 300;

const short = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`;

function unfold(issue: z.core.$ZodIssue, root: unknown): readonly Problem[] {
  const { path } = issue;
  const value = at(root, path);
  if (issue.code !== "invalid_union") return [{ path, message: short(sentenceOf(issue, value)) }];
  const form = formOf(value);
  const [fitting] = issue.errors
    .filter((issues) => !issues.some((each) => mismatches(each, form)))
    .sort((one, other) => one.length - other.length);
  if (!fitting) return [{ path, message: `expected ${expectedIn(issue.errors)}, received ${form}` }];
  return problemsOf(fitting, value).map((inner) => ({ path: [...path, ...inner.path], message: inner.message }));
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>>)[key], root);
}

function formOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function mismatches(issue: z.core.$ZodIssue, form: string): boolean {
  if (issue.path.length > 0) return false;
  if (issue.code === "invalid_union")
    return issue.errors.every((issues) => issues.some((each) => mismatches(each, form)));
  return issue.code === "invalid_type" && issue.expected !== form;
}

const names: Readonly<Record<string, string>> = {
  array: "a list",
  int: "a whole number",
  number: "a number",
  object: "an object",
  string: "a text",
};

/** The forms that a union accepts, in words. */
function expectedIn(alternatives: readonly (readonly z.core.$ZodIssue[])[]): string {
  return [...new Set(alternatives.flat().flatMap(formsIn))].join(" or ");
}

function formsIn(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_union") return issue.errors.flat().flatMap(formsIn);
  return issue.code === "invalid_type" ? [names[issue.expected] ?? issue.expected] : [];
}

/** What a schema says of an issue if nobody has worded it; its own words name types and signs of a programming language. */
const unworded = /^(Too (small|big)|Invalid input|Unrecognized key)/;

function sentenceOf(issue: z.core.$ZodIssue, value: unknown): string {
  const { message } = issue;
  if (!unworded.test(message)) return message;
  if (issue.code === "too_small") return leastOf(issue);
  if (issue.code === "too_big") return `may be at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === "unrecognized_keys") {
    return `has unknown fields: ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
  }
  if (issue.code !== "invalid_type") return message;
  if (value === undefined) return "is missing";
  return `expected ${names[issue.expected] ?? issue.expected}, received ${formOf(value)}`;
}

function leastOf({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  return unitOf(origin) !== "" && minimum === 1 ? "is empty" : `must be at least ${minimum}${unitOf(origin)}`;
}

const units: Readonly<Record<string, string>> = { array: " elements", string: " characters" };
const unitOf = (origin: string): string => units[origin] ?? "";
