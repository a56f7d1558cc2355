import { canonical, isSame } from "../../lib/canonical.ts";
import { mermaidLabel } from "../report/markdown.ts";
import { type Edge, edgesOf, type State, type Workflow } from "./states.ts";

/** Maximum number of states in one graph. */
const most = 30;

/**
 * The changed part of a workflow as a Mermaid graph: changed states and their neighbours. Added states and transitions
 * are marked with "+", removed ones with a dotted line.
 */
export function graphOf(before: Workflow, after: Workflow, renames: ReadonlyMap<string, string>): string {
  const renamed = (name: string): string => renames.get(name) ?? name;
  const old = new Map([...before.states.values()].map((state) => [renamed(state.name), state]));
  const names = [...new Set([...old.keys(), ...after.states.keys()])];
  const kindOf = (name: string): "added" | "removed" | "changed" | "same" => {
    const [former, now] = [old.get(name), after.states.get(name)];
    if (!former) return "added";
    if (!now) return "removed";
    return former.name !== name ||
      !isSame(
        plain(former, renamed),
        plain(now, (each) => each),
      )
      ? "changed"
      : "same";
  };
  const edges = edgesBetween(old, after, renamed);
  const moved = new Set(names.filter((name) => kindOf(name) !== "same"));
  for (const { from, to, kind } of edges) if (kind !== "same") for (const end of [from, to]) moved.add(end);
  const near = new Set(
    edges.filter(({ from, to }) => moved.has(from) || moved.has(to)).flatMap(({ from, to }) => [from, to]),
  );
  const shown = [
    ...names.filter((name) => moved.has(name)),
    ...names.filter((name) => near.has(name) && !moved.has(name)),
  ].slice(0, most);
  const ids = new Map(shown.map((name, index) => [name, `s${index}`]));
  const lines = shown.map((name) => `  ${ids.get(name)}["${mermaidLabel(name)}"]:::${kindOf(name)}`);
  for (const { from, to, label, kind } of edges) {
    const [start, end] = [ids.get(from), ids.get(to)];
    if (start === undefined || end === undefined) continue;
    const text = kind === "added" ? `+ ${label}` : kind === "removed" ? `removed: ${label}` : label;
    lines.push(`  ${start} ${kind === "removed" ? "-.->" : "-->"}|"${mermaidLabel(text)}"| ${end}`);
  }
  return [
    "flowchart TD",
    ...lines,
    "  classDef added stroke:#1a7f37,stroke-width:3px",
    "  classDef removed stroke:#cf222e,stroke-dasharray:5 5",
    "  classDef changed stroke:#9a6700,stroke-width:3px",
    "  classDef same stroke:#8c959f",
  ].join("\n");
}

/** A state's own properties, without those of nested states, which are shown separately. */
function plain({ body }: State, renamed: (name: string) => string): unknown {
  const { ItemProcessor: _processor, Iterator: _iterator, Branches: _branches, ...own } = body;
  return canonical(
    JSON.parse(JSON.stringify(own), (key, value: unknown) =>
      (key === "Next" || key === "Default") && typeof value === "string" ? renamed(value) : value,
    ),
  );
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kind: "added" | "removed" | "same";
}

function edgesBetween(
  old: ReadonlyMap<string, State>,
  after: Workflow,
  renamed: (name: string) => string,
): readonly Arrow[] {
  const arrows = (
    states: Iterable<readonly [string, State]>,
    rename: (name: string) => string,
  ): ReadonlyMap<string, Omit<Arrow, "kind">> =>
    new Map(
      [...states].flatMap(([from, state]) =>
        edgesOf(state).flatMap(({ label, to }: Edge) =>
          to === undefined
            ? []
            : [[JSON.stringify([from, rename(to), label]), { from, to: rename(to), label: brief(label) }] as const],
        ),
      ),
    );
  const [was, is] = [arrows(old, renamed), arrows(after.states, (name) => name)];
  return [
    ...[...is].map(([key, arrow]): Arrow => ({ ...arrow, kind: was.has(key) ? "same" : "added" })),
    ...[...was].filter(([key]) => !is.has(key)).map(([, arrow]): Arrow => ({ ...arrow, kind: "removed" })),
  ];
}

/** The conditions of choices are too long for an arrow. */
const brief = (label: string): string => (label.startsWith("when ") ? "choice" : label);
