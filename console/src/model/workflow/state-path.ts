import { isContainer, pathOf } from "../json-tree.ts";
import { parseJson } from "../words.ts";

/** The path of a state in an ASL document: `$.States.Each.ItemProcessor.States.Call`. Undefined if it has no such state. */
export function statePath(definition: string | undefined, name: string): string | undefined {
  return search(parseJson(definition), "$", name);
}

function search(graph: unknown, path: string, name: string): string | undefined {
  const states = isContainer(graph) && "States" in graph ? graph.States : undefined;
  if (!isContainer(states)) return undefined;
  const below = pathOf(path, "States");
  if (Object.hasOwn(states, name)) return pathOf(below, name);
  for (const [key, state] of Object.entries(states)) {
    const found = isContainer(state) ? searchInner(state, pathOf(below, key), name) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchInner(state: object, path: string, name: string): string | undefined {
  for (const [key, value] of Object.entries(state)) {
    const inner = pathOf(path, key);
    const graphs = Array.isArray(value)
      ? value.map((each, at) => [each, `${inner}[${at}]`] as const)
      : [[value, inner] as const];
    for (const [graph, at] of graphs) {
      const found = search(graph, at, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
