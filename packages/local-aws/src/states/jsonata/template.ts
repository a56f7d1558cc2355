import { isArray, isObject, type Json, type JsonObject } from "../data/json.ts";
import type { Evaluate, Evaluated } from "./evaluator.ts";

/** Returns the expression in a string (`{% … %}`) without its delimiters; undefined for any other value. */
export function expressionOf(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || !value.startsWith("{%") || !value.endsWith("%}") || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

/**
 * An expression returned no value of the type that its field needs; `location` is the field's location in its state.
 */
export class QueryFailure extends Error {
  override readonly name = "QueryFailure";
  readonly location: string | undefined;

  constructor(message: string, location?: string) {
    super(message);
    this.location = location;
  }
}

export interface Surroundings {
  readonly evaluate: Evaluate;
  readonly bindings: JsonObject;
  readonly seed: string;
  readonly now: number;
}

/** Yields every expression in a value with its location, in document order. */
export function* expressionsIn(value: Json, location: string): Generator<readonly [string, string]> {
  const expression = expressionOf(value);
  if (expression !== undefined) yield [expression, location];
  else if (isArray(value))
    for (const [index, item] of value.entries()) yield* expressionsIn(item, `${location}[${index}]`);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield* expressionsIn(item, `${location}/${key}`);
}

/**
 * Replaces the expressions in a value by their results. Throws `QueryFailure` for the first expression without a value.
 */
export async function fillExpressions(value: Json, location: string, around: Surroundings): Promise<Json> {
  const found = [...expressionsIn(value, location)];
  if (found.length === 0) return value;
  const { evaluate, bindings, seed, now } = around;
  const results = await evaluate({ expressions: found.map(([source]) => source), bindings, seed, now });
  const values = found.map(([source, location], index) => resultOf(results[index], source, location));
  return replaced(value, values.values());
}

function replaced(value: Json, values: Iterator<Json>): Json {
  if (expressionOf(value) !== undefined) return values.next().value as Json;
  if (isArray(value)) return value.map((item) => replaced(item, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, values)]));
}

function resultOf(result: Evaluated | undefined, source: string, location: string): Json {
  const sentence = `The JSONata expression '${source}' specified for the field '${location}'`;
  switch (result?.kind) {
    case "value":
      return result.value;
    case "unsupported":
      throw new QueryFailure(`${sentence} returned an unsupported result type.`, location);
    case "error": {
      const tail = result.code === undefined ? `: ${result.message}` : `. ${result.code}: ${result.message}`;
      throw new QueryFailure(`${sentence} threw an error during evaluation${tail}`, location);
    }
    default:
      throw new QueryFailure(`${sentence} returned nothing (undefined).`, location);
  }
}

export type QueryType = "array" | "boolean" | "number" | "string";

/**
 * Returns the value if it has the type that a field needs. Otherwise throws `QueryFailure` with AWS's message.
 * `template` is the field as it is written.
 */
export function typed(value: Json, type: QueryType, template: Json, location: string): Json {
  const is = typeOf(value);
  if (is === type) return value;
  const source = expressionOf(template);
  const subject =
    source === undefined
      ? `The value of the field '${location}'`
      : `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type.`;
  throw new QueryFailure(
    `${subject} Expected '${type}', but was '${is}' for value: ${JSON.stringify(value)}`,
    location,
  );
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return isArray(value) ? "array" : typeof value;
}
