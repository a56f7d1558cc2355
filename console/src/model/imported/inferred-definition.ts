import { groupBy } from "../../../../lib/group-by.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";

interface MutableState {
  Type: string;
  Next?: string;
  End?: true;
  Choices?: { Next: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ItemProcessor?: MutableGraph;
  Branches?: MutableGraph[];
}

interface MutableGraph {
  StartAt: string;
  readonly States: Record<string, MutableState>;
}

/**
 * Makes an ASL document from a history, to draw an execution whose definition is not known. It contains only the states
 * that were entered and the transitions that were taken. Undefined if no state was entered.
 */
export function inferDefinition({ runs }: Pick<History, "runs">): string | undefined {
  const top = runs.filter(({ scope }) => scope === undefined);
  return top.length === 0 ? undefined : JSON.stringify(graphOf([top]));
}

/** @param passes the runs of each iteration, or of one branch; at least one run in one pass */
function graphOf(passes: readonly (readonly StateRun[])[]): MutableGraph {
  // Without a prototype, so that a state may have any name.
  const states: Record<string, MutableState> = Object.create(null);
  for (const pass of passes) for (const run of pass) states[run.name] ??= { Type: run.type };
  for (const pass of passes) for (const [at, run] of pass.entries()) addTransition(states[run.name], run, pass[at + 1]);
  const byName = groupBy(passes.flat(), ({ name }) => name);
  for (const [name, runs] of byName) addInner(states[name], runs);
  return { StartAt: passes.find((pass) => pass.length > 0)?.[0]?.name ?? "", States: states };
}

function addTransition(state: MutableState | undefined, run: StateRun, next: StateRun | undefined): void {
  if (state === undefined) return;
  if (next === undefined) {
    if (state.Next === undefined && state.Choices === undefined) state.End = true;
  } else if (run.status === "caught") {
    state.Catch ??= [];
    const ErrorEquals = [run.failures.at(-1)?.error ?? "States.ALL"];
    if (state.Catch.every(({ Next }) => Next !== next.name)) state.Catch.push({ ErrorEquals, Next: next.name });
  } else if (run.type === "Choice") {
    state.Choices ??= [];
    if (state.Choices.every(({ Next }) => Next !== next.name)) state.Choices.push({ Next: next.name });
  } else {
    state.Next = next.name;
    delete state.End;
  }
}

function addInner(state: MutableState | undefined, runs: readonly StateRun[]): void {
  if (state === undefined) return;
  const scopes = runs.flatMap((run) => run.scopes).filter((scope) => scope.runs.length > 0);
  if (scopes.length === 0) return;
  if (state.Type === "Map") {
    state.ItemProcessor = graphOf(scopes.map((scope) => scope.runs));
    return;
  }
  const branches = groupBy(scopes, ({ index }) => index);
  const ordered = [...branches].toSorted(([one], [other]) => one - other);
  state.Branches = ordered.map(([, same]) => graphOf(same.map((scope) => scope.runs)));
}
