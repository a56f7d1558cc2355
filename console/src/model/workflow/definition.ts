import { z } from "zod";
import { groupBy } from "../../../../lib/group-by.ts";

/**
 * A state of a workflow's definition, with the graphs that it contains: one for a Map, one per branch for a Parallel.
 */
export interface StateNode {
  readonly name: string;
  readonly type: string;
  readonly comment: string | undefined;
  /** The state as it is in the ASL document. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly inner: readonly StateGraph[];
}

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly kind: "next" | "choice" | "default" | "catch";
  readonly label?: string;
}

export interface StateGraph {
  readonly startAt: string;
  readonly nodes: readonly StateNode[];
  readonly transitions: readonly Transition[];
  /** States after which the graph ends. */
  readonly ends: readonly string[];
}

const Name = z.string();
const State = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  Next: Name.optional(),
  Default: Name.optional(),
  Choices: z.array(z.looseObject({ Next: Name, Comment: z.string().optional() })).default([]),
  Catch: z.array(z.looseObject({ Next: Name, ErrorEquals: z.array(z.string()).default([]) })).default([]),
  ItemProcessor: z.unknown().optional(),
  Iterator: z.unknown().optional(),
  Branches: z.array(z.unknown()).default([]),
});
type State = z.infer<typeof State>;
const Machine = z.looseObject({ StartAt: Name, States: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Reads an ASL document. @throws Error if it is not one */
export function readDefinition(text: string): StateGraph {
  return readGraph(JSON.parse(text));
}

function readGraph(value: unknown): StateGraph {
  const { StartAt, States } = Machine.parse(value);
  const states = Object.entries(States).map(([name, source]) => ({ name, source, state: State.parse(source) }));
  return {
    startAt: StartAt,
    nodes: states.map(({ name, source, state }) => ({
      name,
      type: state.Type,
      comment: state.Comment,
      source,
      inner: innerOf(state).map(readGraph),
    })),
    transitions: states.flatMap(({ name, state }) => transitionsOf(name, state)),
    ends: states.filter(({ state }) => isEnd(state)).map(({ name }) => name),
  };
}

function innerOf({ Type, ItemProcessor, Iterator: older, Branches }: State): readonly unknown[] {
  if (Type === "Parallel") return Branches;
  const processor = ItemProcessor ?? older;
  return Type === "Map" && processor !== undefined ? [processor] : [];
}

function isEnd({ Type, Next }: State): boolean {
  return Next === undefined && Type !== "Choice";
}

function transitionsOf(from: string, { Next, Choices, Default, Catch }: State): readonly Transition[] {
  return merged([
    ...(Next === undefined ? [] : [{ from, to: Next, kind: "next" as const }]),
    ...Choices.map(({ Next: to, Comment }) => ({
      from,
      to,
      kind: "choice" as const,
      ...(Comment === undefined ? {} : { label: Comment }),
    })),
    ...(Default === undefined ? [] : [{ from, to: Default, kind: "default" as const, label: "otherwise" }]),
    ...Catch.map(({ Next: to, ErrorEquals }) => ({
      from,
      to,
      kind: "catch" as const,
      label: labelOf(ErrorEquals),
    })),
  ]);
}

/**
 * Joins transitions with the same ends, because a history does not say which of them was taken: two rules of a Choice
 * that lead to one state are one line. A Catch remains separate.
 */
function merged(transitions: readonly Transition[]): readonly Transition[] {
  const groups = groupBy(transitions, ({ to, kind }) => JSON.stringify([to, kind === "catch"]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    const labels = [...new Set(same.flatMap(({ label }) => label ?? []))];
    return first === undefined || labels.length < 2 ? (first ?? []) : { ...first, label: labels.join(" or ") };
  });
}

function labelOf([first = "", ...others]: readonly string[]): string {
  const name = first === "States.ALL" ? "any error" : first.replace(/^(States|Lambda)\./, "");
  return others.length === 0 ? name : `${name} +${others.length}`;
}

/** Every state of a graph, including the states inside other states. */
export function* allNodes(graph: StateGraph): Generator<StateNode> {
  for (const node of graph.nodes) {
    yield node;
    for (const inner of node.inner) yield* allNodes(inner);
  }
}
