import { ExecutionError, RuntimeFailure } from "../interpreter/error.ts";
import type { Random } from "./intrinsic-arguments.ts";
import { isArray, isObject, type Json, type JsonObject, withProperty } from "./json.ts";
import { find, read, referenceSteps, type Scope, type Step } from "./path.ts";
import { fill } from "./template.ts";

/** The fields of a state that transform its input and output. A path of `null` selects nothing. */
export interface FlowFields {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  /** Variables by name: a payload template over the state's result, or over its input if the state has no result. */
  readonly Assign?: JsonObject;
}

/** The result of a state: its output, and the variables that it assigns. */
export interface Given {
  readonly output: Json;
  readonly assigned?: JsonObject;
}

/** Evaluates all variables that a template assigns before any of them is assigned. */
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
  // AWS has a separate message for each of these two cases.
  const steps = referenceSteps(path) ?? [];
  if (path.startsWith("$.") || path.startsWith("$[")) {
    const location = steps.map((step) => (typeof step === "number" ? `[${step}]` : `['${step}']`)).join("");
    throw new RuntimeFailure(`Invalid path '${path}' : No results for path: $${location}`);
  }
  return read(path, scope, field);
}

/** Applies InputPath, which selects the part of the input that the state works on. */
export function selectInput(fields: FlowFields, scope: Scope): Json {
  return applyPath(fields.InputPath, scope, "InputPath");
}

/** Applies InputPath, then Parameters. */
export function effectiveInput(fields: FlowFields, scope: Scope, random: Random): Json {
  const data = selectInput(fields, scope);
  return fields.Parameters === undefined ? data : fill(fields.Parameters, { ...scope, data }, random);
}

/** Applies ResultSelector, then Assign, ResultPath and OutputPath. `scope.data` is the state's raw input. */
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

/** Applies ResultPath: the result replaces the input, is discarded (`null`), or is inserted into the input. */
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
