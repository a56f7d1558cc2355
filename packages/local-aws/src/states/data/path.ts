import { JSONPath } from "jsonpath-plus";
import { RuntimeFailure } from "../interpreter/error.ts";
import { child, type Json } from "./json.ts";

export type Step = string | number;

/** What paths are read from: `$` is the state's input or result, `$$` the context object. */
export interface Scope {
  readonly data: Json;
  readonly context: Json;
}

const step = /\.([^.[\]*?()@,:'"\s]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]/y;

/** The steps of a path that names exactly one place (`$.a['b'][0]`), or undefined where it may name several. */
export function referenceSteps(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let position = 1;
  while (position < path.length) {
    step.lastIndex = position;
    const match = step.exec(path);
    if (match === null) return undefined;
    const [, dotted, single, double, index] = match;
    steps.push(index === undefined ? (dotted ?? (single ?? double ?? "").replaceAll(/\\(.)/g, "$1")) : Number(index));
    position = step.lastIndex;
  }
  return steps;
}

/**
 * The value at a path, or undefined where a path that names one place finds nothing.
 * A path that may name several places gives the list of what it finds, which can be empty.
 */
export function find(path: string, scope: Scope): Json | undefined {
  if (!path.startsWith("$")) throw new RuntimeFailure(`The path '${path}' does not begin with "$".`);
  const fromContext = path.startsWith("$$");
  const root = fromContext ? scope.context : scope.data;
  const plain = fromContext ? path.slice(1) : path;
  const steps = referenceSteps(plain);
  if (steps !== undefined) return steps.reduce<Json | undefined>(child, root);
  return findAll(plain, root);
}

function findAll(path: string, root: Json): readonly Json[] {
  if (typeof root !== "object" || root === null) return [];
  try {
    // "safe": filters are interpreted by the library; they never become code.
    const found: unknown = JSONPath({ path, json: root, wrap: true, eval: "safe", ignoreEvalErrors: true });
    return Array.isArray(found) ? (found as Json[]) : [];
  } catch (error) {
    throw new RuntimeFailure(`The JSONPath '${path}' could not be read: ${String(error)}`, { cause: error });
  }
}

/** The value at a path; `field` names the field of the definition in the error where there is none. */
export function read(path: string, scope: Scope, field: string): Json {
  const value = find(path, scope);
  if (value !== undefined) return value;
  const input = path.startsWith("$$") ? "the context object" : `the input '${JSON.stringify(scope.data)}'`;
  throw new RuntimeFailure(`The JSONPath '${path}' specified for the field '${field}' could not be found in ${input}`);
}
