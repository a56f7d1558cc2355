import { isArray, isObject, type Json, type JsonObject } from "../data/json.ts";
import { checkState } from "./check-state.ts";
import { type Diagnostic, malformed, problem } from "./diagnostic.ts";
import type { Surroundings } from "./language.ts";

/** Returns the problems with the states of a machine, a branch or an iteration, including their nested states. */
export function checkScope(
  scope: Json | undefined,
  location: string,
  machine: Surroundings,
  seen: Set<string>,
): readonly Diagnostic[] {
  const root = location === "" ? "/" : location;
  if (!isObject(scope)) return [malformed("Expected value of type Object", root)];
  const missing = ["StartAt", "States"].filter((field) => scope[field] === undefined);
  if (missing.length > 0) return [malformed(`These fields are required: [${missing.join(", ")}]`, root)];
  const states = scope["States"];
  const target = `${location}/States`;
  if (!isObject(states)) return [malformed("Expected value of type Object", target)];
  if (Object.keys(states).length === 0) return [malformed("Value cannot be empty", target)];
  return [
    ...Object.entries(states).flatMap(([name, state]) => [
      ...(seen.has(name)
        ? [problem("DUPLICATE_STATE_NAME", `Duplicate state name: ${name}`, `${target}/${name}`)]
        : []),
      ...remember(seen, name),
      ...checkState(name, state, `${target}/${name}`, machine),
      ...(isObject(state) ? checkInner(state, `${target}/${name}`, machine, seen) : []),
    ]),
    ...checkTransitions(String(scope["StartAt"]), states, location),
  ];
}

function remember(seen: Set<string>, name: string): readonly Diagnostic[] {
  seen.add(name);
  return [];
}

function checkInner(
  state: JsonObject,
  location: string,
  machine: Surroundings,
  seen: Set<string>,
): readonly Diagnostic[] {
  const { Type, Branches, ItemProcessor, Iterator } = state;
  if (Type === "Parallel" && isArray(Branches)) {
    return Branches.flatMap((branch, index) => checkScope(branch, `${location}/Branches[${index}]`, machine, seen));
  }
  if (Type !== "Map") return [];
  const field = ItemProcessor === undefined ? "Iterator" : "ItemProcessor";
  const processor = ItemProcessor ?? Iterator;
  if (!isObject(processor)) return [];
  const config = processor["ProcessorConfig"];
  const { language } = machine;
  const distributed = isObject(config) && config["Mode"] === "DISTRIBUTED";
  const express = distributed ? config["ExecutionType"] === "EXPRESS" : machine.express;
  return checkScope(processor, `${location}/${field}`, { language, express }, seen);
}

/** Checks that every referenced state exists and that every state is reachable. */
function checkTransitions(start: string, states: JsonObject, location: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const reached = new Set<string>();
  const visit = (name: string, field: string, place: string) => {
    if (!Object.hasOwn(states, name)) {
      found.push(problem("MISSING_TRANSITION_TARGET", `Missing '${field}' target: ${name}`, place));
      return;
    }
    if (reached.has(name)) return;
    reached.add(name);
    const state = states[name];
    if (!isObject(state)) return;
    const own = `${location}/States/${name}`;
    if (typeof state["Next"] === "string") visit(state["Next"], "Next", `${own}/Next`);
    if (typeof state["Default"] === "string") visit(state["Default"], "Default", `${own}/Default`);
    for (const field of ["Catch", "Choices"]) {
      const rules = state[field];
      if (!isArray(rules)) continue;
      for (const [index, rule] of rules.entries()) {
        const next = isObject(rule) ? rule["Next"] : undefined;
        if (typeof next === "string") visit(next, "Next", `${own}/${field}[${index}]/Next`);
      }
    }
  };
  visit(start, "StartAt", `${location}/StartAt`);
  for (const name of Object.keys(states)) {
    if (reached.has(name) || found.length > 0) continue;
    found.push(problem("MISSING_TRANSITION_TARGET", `State "${name}" is not reachable.`, `${location}/States/${name}`));
  }
  return found;
}
