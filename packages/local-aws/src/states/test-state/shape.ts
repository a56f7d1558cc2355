import { isArray, isObject, type Json } from "../data/json.ts";

/** The expected type of a part of an API's response. Lengths are in characters. */
export type Shape =
  | { readonly kind: "anything" | "flag" }
  | { readonly kind: "text"; readonly least?: number; readonly most?: number }
  | { readonly kind: "number"; readonly least?: number; readonly most?: number }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | {
      readonly kind: "object";
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required?: readonly string[];
    };

/**
 * Returns what is wrong with a value, in AWS's words; undefined if nothing is. If `required` is true, fields that the
 * API always returns must be present.
 */
export function shapeProblem(value: Json, shape: Shape, name: string, required: boolean): string | undefined {
  switch (shape.kind) {
    case "anything":
      return undefined;
    case "flag":
      return typeof value === "boolean" ? undefined : `Field '${name}' must be a boolean`;
    case "text":
      if (typeof value !== "string") return `Field '${name}' must be a string`;
      if (value.length < (shape.least ?? 0)) return `Field '${name}' is smaller than the minimum length`;
      return value.length > (shape.most ?? Infinity) ? `Field '${name}' is larger than the maximum length` : undefined;
    case "number":
      if (typeof value !== "number") return `Field '${name}' must be a number`;
      if (value < (shape.least ?? -Infinity)) return `Field '${name}' is less than the minimum value`;
      return value > (shape.most ?? Infinity) ? `Field '${name}' is greater than the maximum value` : undefined;
    case "list":
      if (!isArray(value)) return `Field '${name}' must be an array`;
      return first(
        value.map((item) => [item, shape.of, name]),
        required,
      );
    case "map":
      if (!isObject(value)) return `Field '${name}' must be an object`;
      return first(
        Object.entries(value).map(([key, item]) => [item, shape.of, key]),
        required,
      );
    case "object": {
      if (!isObject(value)) return `Field '${name}' must be an object`;
      const missing = required ? shape.required?.find((field) => value[field] === undefined) : undefined;
      if (missing !== undefined) return `Required field '${missing}' is missing`;
      const known = Object.entries(shape.fields).flatMap<readonly [Json, Shape, string]>(([field, of]) =>
        value[field] === undefined || value[field] === null ? [] : [[value[field], of, field]],
      );
      return first(known, required);
    }
  }
}

function first(parts: readonly (readonly [Json, Shape, string])[], required: boolean): string | undefined {
  for (const [value, shape, name] of parts) {
    const problem = shapeProblem(value, shape, name, required);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
