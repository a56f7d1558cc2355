import type { StateRun } from "../model/history/run.ts";

/** What the inspector shows: the execution (undefined), a state, one run of a state, an event, or an image. */
export type Selection =
  | { readonly kind: "state"; readonly name: string }
  | { readonly kind: "run"; readonly id: number }
  | { readonly kind: "event"; readonly id: number }
  | { readonly kind: "image"; readonly index: number };

/** The selection after a click on a state in the graph: its only run, or the state with all its runs. */
export function selectState(name: string, runs: readonly StateRun[]): Selection {
  const own = runs.filter((run) => run.name === name);
  const [only] = own;
  return only !== undefined && own.length === 1 ? { kind: "run", id: only.id } : { kind: "state", name };
}

/** Writes the selection into the page's address. Images are numbered from 1, as on the page. */
export function selectionToQuery(selection: Selection, query: URLSearchParams): void {
  if (selection.kind === "state") query.set("state", selection.name);
  else if (selection.kind === "image") query.set("image", String(selection.index + 1));
  else query.set(selection.kind, String(selection.id));
}

export function selectionFromQuery(query: URLSearchParams): Selection | undefined {
  const name = query.get("state");
  if (name !== null) return { kind: "state", name };
  for (const kind of ["run", "event", "image"] as const) {
    const number = Number(query.get(kind) ?? Number.NaN);
    if (!Number.isInteger(number) || number < 1) continue;
    return kind === "image" ? { kind, index: number - 1 } : { kind, id: number };
  }
  return undefined;
}
