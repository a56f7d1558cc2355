import { RuntimeFailure } from "../interpreter/error.ts";
import type { Random } from "./intrinsic-arguments.ts";
import { evaluateIntrinsic } from "./intrinsics.ts";
import { isArray, isObject, type Json } from "./json.ts";
import { read, type Scope } from "./path.ts";

/**
 * Fills a payload template (Parameters, ItemSelector, ResultSelector), in which keys ending in ".$" contain a path or
 * an intrinsic function.
 */
export function fill(template: Json, scope: Scope, random: Random): Json {
  if (isArray(template)) return template.map((item) => fill(item, scope, random));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$") ? [key.slice(0, -2), evaluate(value, scope, random, key)] : [key, fill(value, scope, random)],
    ),
  );
}

function evaluate(value: Json, scope: Scope, random: Random, field: string): Json {
  if (typeof value !== "string") throw new RuntimeFailure(`The value for the field '${field}' must be a STRING`);
  if (value.startsWith("$")) return read(value, scope, field);
  if (value.startsWith("States.")) return evaluateIntrinsic(value, scope, random, field);
  throw new RuntimeFailure(
    `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call: '${value}'`,
  );
}
