import { ExecutionError, RuntimeFailure } from "../interpreter/error.ts";
import type { Random } from "./intrinsic-arguments.ts";
import { isArray, isObject, type Json, type JsonObject, withProperty } from "./json.ts";
import { find, read, referenceSteps, type Scope, type Step } from "./path.ts";
import { fill } from "./template.ts";

/** The fields of a state that shape what goes in and out of it. `null` as a path means: nothing at all. */
export interface FlowFields {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  /** Variables by name, as a payload template over the state's result (or its input where it has no result). */
  readonly Assign?: JsonObject;
}

/** What a state gives: its output, and the variables that it assigns. */
export interface Given {
  readonly output: Json;
  readonly assigned?: JsonObject;
}

/** The variables that a template assigns, all of them evaluated before any is assigned. */
export function assign(
  template: JsonObject | undefined,
  scope: Scope,
  random: Random,
): { readonly assigned?: JsonObject } {
  if (template === undefined) return {};
  return { assigned: fill(template, scope, random) as JsonObject };
}

function applyPath(path: string | null | undefined, scope: Scope, field: string): Json {
  if (path === null) return {};
  if (path === undefined || path === "$") return scope.data;
  const value = find(path, scope);
  if (value !== undefined) return value;
  // AWS has separate messages for these two.
  const steps = referenceSteps(path) ?? [];
  if (path.startsWith("$.") || path.startsWith("$[")) {
    const location = steps.map((step) => (typeof step === "number" ? `[${step}]` : `['${step}']`)).join("");
    throw new RuntimeFailure(`Invalid path '${path}' : No results for path: $${location}`);
  }
  return read(path, scope, field);
}

/** InputPath: the part of the input that the state works on. */
export function selectInput(fields: FlowFields, scope: Scope): Json {
  return applyPath(fields.InputPath, scope, "InputPath");
}

/** InputPath, then Parameters. */
export function effectiveInput(fields: FlowFields, scope: Scope, random: Random): Json {
  const data = selectInput(fields, scope);
  return fields.Parameters === undefined ? data : fill(fields.Parameters, { ...scope, data }, random);
}

/** ResultSelector, then Assign, ResultPath and OutputPath. `scope.data` is the state's raw input. */
export function stateOutput(fields: FlowFields, scope: Scope, result: Json, random: Random): Given {
  const selected =
    fields.ResultSelector === undefined ? result : fill(fields.ResultSelector, { ...scope, data: result }, random);
  const assigned = assign(fields.Assign, { ...scope, data: selected }, random);
  const output = selectOutput(fields, { ...scope, data: placeResult(fields.ResultPath, scope.data, selected) });
  return { output, ...assigned };
}

export function selectOutput(fields: FlowFields, scope: Scope): Json {
  return applyPath(fields.OutputPath, scope, "OutputPath");
}

/** Puts a result where ResultPath says: over the input, nowhere (`null`), or into it. */
export function placeResult(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === "$") return result;
  const steps = referenceSteps(path) ?? mismatch(path, input);
  return insert(input, steps, result, () => mismatch(path, input));
}

function insert(target: Json, steps: readonly Step[], value: Json, fail: () => never): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof step === "number") {
    const current = isArray(target) ? target[step] : undefined;
    if (!isArray(target) || current === undefined) return fail();
    return target.with(step, insert(current, rest, value, fail));
  }
  if (!isObject(target)) return fail();
  const current = Object.hasOwn(target, step) ? target[step] : undefined;
  return withProperty(target, step, insert(current ?? {}, rest, value, fail));
}

function mismatch(path: string, input: Json): never {
  throw new ExecutionError(
    "States.ResultPathMatchFailure",
    `Unable to apply step "${path}" to input ${JSON.stringify(input).slice(0, 1_000)}`,
  );
}
