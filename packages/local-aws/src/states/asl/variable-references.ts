import type { Json } from "../data/json.ts";
import { isArray, isObject } from "../data/json.ts";
import { variablesOf } from "../jsonata/syntax.ts";
import { expressionOf } from "../jsonata/template.ts";
import { type Definition, statesOf } from "./definition.ts";

/** Fields that contain nested states, which are listed separately. */
const nested = new Set(["ItemProcessor", "Iterator", "Branches"]);
/** Matches a variable outside quotes: `$name`, but not `$`, `$.name` or `$$.name`. */
const reference = /'(?:[^'\\]|\\.)*'|\$?\$([\p{L}_][\p{L}\p{N}_]*)?/gu;

/**
 * Returns the variables that each state reads, by state name, as DescribeStateMachine shows them; undefined if no state
 * reads any.
 */
export function variableReferences(definition: Definition): {
  readonly variableReferences?: Readonly<Record<string, readonly string[]>>;
} {
  const found = [...statesOf(definition)].flatMap(([name, state]) => {
    const names = new Set<string>();
    collect(state as unknown as Json, names);
    return names.size === 0 ? [] : [[name, [...names].sort()] as const];
  });
  return found.length === 0 ? {} : { variableReferences: Object.fromEntries(found) };
}

function collect(value: Json, names: Set<string>): void {
  if (isArray(value)) for (const item of value) collect(item, names);
  const expression = expressionOf(value);
  if (expression !== undefined) for (const name of variablesOf(expression)) names.add(name);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (nested.has(key)) continue;
    if (typeof item !== "string" || expressionOf(item) !== undefined) collect(item, names);
    else if (key.endsWith(".$") || (key.endsWith("Path") && key !== "ResultPath") || key === "Variable") {
      for (const [whole, name] of item.matchAll(reference))
        if (name !== undefined && !whole.startsWith("$$")) names.add(name);
    }
  }
}
