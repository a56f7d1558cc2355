import { RuntimeFailure } from "../interpreter/error.ts";
import { child, type Json, type JsonObject } from "./json.ts";
import { parsePath, unquoted } from "./path-parser.ts";
import { walk } from "./path-walker.ts";

export type Step = string | number;

/** The data that paths refer to: `$` is the state's input or result, `$$` the context object. */
export interface Scope {
  readonly data: Json;
  readonly context: Json;
  /** The variables assigned so far, by name: `$name`. */
  readonly variables?: JsonObject;
}

/** Matches `$name` and captures the name, which begins with a letter or "_", so that neither `$.a` nor `$$` matches. */
const variablePath = /^\$([\p{L}_][\p{L}\p{N}_]*)/u;

const step = /\.([^.[\]*?()@,:'"\s]+)|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]|\[(-?\d+)\]/y;

/**
 * Returns the steps of a path that always selects a single value (`$.a['b'][0]`), or undefined if the path may select
 * several.
 */
export function referenceSteps(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let position = 1;
  while (position < path.length) {
    step.lastIndex = position;
    const match = step.exec(path);
    if (match === null) return undefined;
    const [, dotted, single, double, index] = match;
    steps.push(index === undefined ? (dotted ?? unquoted(single, double)) : Number(index));
    position = step.lastIndex;
  }
  return steps;
}

/**
 * Returns the value at a path. For a path that selects a single value, returns undefined if there is none. A path that
 * may select several values returns the list of them, which can be empty.
 */
export function find(path: string, scope: Scope): Json | undefined {
  if (!path.startsWith("$")) throw new RuntimeFailure(`The path '${path}' does not begin with "$".`);
  const { root, plain } = rootOf(path, scope);
  if (root === undefined) return undefined;
  const steps = referenceSteps(plain);
  if (steps !== undefined) return steps.reduce<Json | undefined>(child, root);
  if (typeof root !== "object" || root === null) return [];
  const found = parsePath(plain);
  if (found === undefined) throw new RuntimeFailure(`The JSONPath '${path}' could not be read.`);
  return walk(found, root, path);
}

/** Returns the root of a path (the data, the context object or a variable) and the rest of the path relative to it. */
function rootOf(path: string, scope: Scope): { readonly root: Json | undefined; readonly plain: string } {
  if (path.startsWith("$$")) return { root: scope.context, plain: path.slice(1) };
  const [whole, name] = variablePath.exec(path) ?? [];
  if (whole === undefined || name === undefined) return { root: scope.data, plain: path };
  return { root: child(scope.variables, name), plain: `$${path.slice(whole.length)}` };
}

/** Returns the value at a path. If there is none, the error names `field`, the field of the definition. */
export function read(path: string, scope: Scope, field: string): Json {
  const value = find(path, scope);
  if (value !== undefined) return value;
  throw new RuntimeFailure(
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.data)}'`,
  );
}
