import type { StateRun } from "../model/history/run.ts";

/** What the inspector shows: the execution (undefined), a state, one run of a state, or an event. */
export type Selection =
  | { readonly kind: "state"; readonly name: string }
  | { readonly kind: "run"; readonly id: number }
  | { readonly kind: "event"; readonly id: number };

/** A state that was chosen in the graph: its run where it has one, else the state with all its runs. */
export function selectState(name: string, runs: readonly StateRun[]): Selection {
  const own = runs.filter((run) => run.name === name);
  const [only] = own;
  return only !== undefined && own.length === 1 ? { kind: "run", id: only.id } : { kind: "state", name };
}
