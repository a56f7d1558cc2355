import { type Matcher, matcherOf, type Scalar } from "./matcher.ts";

/** Whether an event matches a rule's pattern. */
export type Pattern = (event: unknown) => boolean;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Compiles an event pattern (Amazon EventBridge User Guide, "Event patterns"): every field of the pattern must match, and
 * one entry of a field's list is enough.
 * @throws TypeError if EventBridge would refuse the pattern, with the path of the field
 */
export function compilePattern(text: string): Pattern {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`the pattern is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isFields(pattern) || Object.keys(pattern).length === 0)
    throw new TypeError("the pattern is not an object with fields");
  const tests = fieldsOf(pattern, "");
  return (event) => tests(event);
}

function fieldsOf(pattern: Fields, path: string): Pattern {
  const tests = Object.entries(pattern).map(([name, expected]) =>
    name === "$or" ? anyOf(expected, path) : fieldOf(name, expected, path),
  );
  return (event) => tests.every((matches) => matches(event));
}

/** `$or`: a list of at least two patterns, of which one is enough. */
function anyOf(expected: unknown, path: string): Pattern {
  if (!Array.isArray(expected) || expected.length < 2 || !expected.every(isFields)) {
    throw new TypeError(`"${path}$or" is not a list of at least two objects`);
  }
  const alternatives = expected.map((each) => fieldsOf(each, path));
  return (event) => alternatives.some((matches) => matches(event));
}

function fieldOf(name: string, expected: unknown, path: string): Pattern {
  const here = `${path}${name}`;
  if (isFields(expected)) {
    const inner = fieldsOf(expected, `${here}.`);
    // Of a list of objects, one that matches is enough. Without the field, its own fields are absent.
    return (event) => [fieldValue(event, name) ?? {}].flat().some((each) => inner(each));
  }
  if (!Array.isArray(expected) || expected.length === 0) throw new TypeError(`"${here}" is not a list of values`);
  const matchers = expected.map((entry): Matcher => {
    try {
      return matcherOf(entry);
    } catch (cause) {
      throw new TypeError(`at "${here}": ${(cause as Error).message}`, { cause });
    }
  });
  return (event) => {
    const values = scalarsOf(fieldValue(event, name));
    return values.some((value) => matchers.some((matches) => matches(value)));
  };
}

function fieldValue(event: unknown, name: string): unknown {
  return isFields(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

/** Operators compare leaves: an object is none, and each element of a list is one. */
function scalarsOf(value: unknown): readonly (Scalar | undefined)[] {
  const leaves = (Array.isArray(value) ? value : [value]).filter((each) => typeof each !== "object" || each === null);
  return leaves.length === 0 ? [undefined] : (leaves as Scalar[]);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
