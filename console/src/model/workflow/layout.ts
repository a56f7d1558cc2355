import { Graph, layout } from "@dagrejs/dagre";
import type { StateGraph, StateNode, Transition } from "./definition.ts";

/** A rectangle in pixels; x and y are measured from the top left corner of the drawing. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface NodeBox extends Box {
  readonly node: StateNode;
  /** 0 at the top level, 1 in a Map or Parallel of the top level, and so on. */
  readonly depth: number;
}

export interface Line {
  readonly kind: Transition["kind"];
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label?: { readonly text: string; readonly x: number; readonly y: number };
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** A container comes before the boxes inside it. */
  readonly boxes: readonly NodeBox[];
  readonly lines: readonly Line[];
  /** Where the workflow starts and where it ends. */
  readonly terminals: readonly (Box & { readonly kind: "start" | "end" })[];
}

const sizes = {
  nodeHeight: 46,
  minWidth: 168,
  perCharacter: 7.6,
  besideText: 58,
  header: 42,
  padding: 16,
  terminal: 22,
  margin: 8,
};
/** These ids cannot collide with state names, because AWS does not allow a leading space. */
export const startId = " start";
export const endId = " end";

/** Draws a workflow from top to bottom. Each Map and Parallel is a box that contains a nested drawing. */
export function drawGraph(graph: StateGraph, depth = 0): Drawing {
  const inner = new Map(graph.nodes.map((node) => [node.name, sideBySide(node.inner, depth + 1)]));
  const plan = new Graph({ multigraph: true });
  plan.setGraph({
    rankdir: "TB",
    nodesep: 28,
    ranksep: 34,
    edgesep: 14,
    marginx: depth ? 0 : sizes.margin,
    marginy: depth ? 0 : sizes.margin,
  });
  for (const { name } of graph.nodes) plan.setNode(idOf(name), sizeOf(name, inner.get(name)));
  graph.transitions.forEach(({ from, to, label }, at) => {
    const space = label === undefined ? {} : { width: label.length * 5.8 + 8, height: 14, labelpos: "c" as const };
    plan.setEdge(idOf(from), idOf(to), space, String(at));
  });
  if (depth === 0) connectTerminals(plan, graph);
  layout(plan);

  const boxes: NodeBox[] = [];
  const lines = graph.transitions.map((transition, at) => lineOf(plan, transition, String(at)));
  for (const node of graph.nodes) {
    const box = boxOf(plan, node.name);
    boxes.push({ ...box, node, depth });
    const contents = inner.get(node.name);
    if (contents === undefined) continue;
    const by = { x: box.x + (box.width - contents.width) / 2, y: box.y + sizes.header };
    boxes.push(...contents.boxes.map((each) => ({ ...each, x: each.x + by.x, y: each.y + by.y })));
    lines.push(...contents.lines.map((line) => moved(line, by)));
  }
  const terminals = depth > 0 ? [] : terminalsOf(plan);
  if (depth === 0) {
    lines.push(terminalLine(plan, startId, graph.startAt));
    lines.push(...graph.ends.map((name) => terminalLine(plan, name, endId)));
  }
  const { width = 0, height = 0 } = plan.graph() as { width?: number; height?: number };
  const drawing = { width, height, boxes, lines, terminals };
  return depth === 0 ? withRoomForLines(drawing) : drawing;
}

/**
 * The layout library computes the width from the boxes only, so a line that goes around them may extend beyond a side.
 */
function withRoomForLines(drawing: Drawing): Drawing {
  const places = drawing.lines.flatMap(({ points }) => points.map(({ x }) => x));
  const left = Math.max(0, sizes.margin - Math.min(...places));
  const right = Math.max(0, Math.max(...places) + sizes.margin - drawing.width);
  const by = { x: left, y: 0 };
  const shift = <Place extends Box>(box: Place): Place => ({ ...box, x: box.x + left });
  return {
    ...drawing,
    width: left + drawing.width + right,
    boxes: drawing.boxes.map(shift),
    lines: drawing.lines.map((line) => moved(line, by)),
    terminals: drawing.terminals.map(shift),
  };
}

type Plan = InstanceType<typeof Graph>;

/** The layout library keeps its nodes in plain objects, in which a state named "constructor" would find a function. */
function idOf(name: string): string {
  return `=${name}`;
}

function sizeOf(name: string, contents: Drawing | undefined): { width: number; height: number } {
  const width = Math.max(sizes.minWidth, name.length * sizes.perCharacter + sizes.besideText);
  if (contents === undefined) return { width, height: sizes.nodeHeight };
  const { padding, header } = sizes;
  return { width: Math.max(width + 40, contents.width + 2 * padding), height: contents.height + header + padding };
}

function sideBySide(graphs: readonly StateGraph[], depth: number): Drawing | undefined {
  if (graphs.length === 0) return undefined;
  let x = 0;
  const parts = graphs.map((graph) => {
    const drawing = drawGraph(graph, depth);
    const by = { x, y: 0 };
    x += drawing.width + 24;
    return { drawing, by };
  });
  return {
    width: x - 24,
    height: Math.max(...parts.map(({ drawing }) => drawing.height)),
    boxes: parts.flatMap(({ drawing, by }) => drawing.boxes.map((box) => ({ ...box, x: box.x + by.x }))),
    lines: parts.flatMap(({ drawing, by }) => drawing.lines.map((line) => moved(line, by))),
    terminals: [],
  };
}

function connectTerminals(plan: Plan, graph: StateGraph): void {
  const size = { width: sizes.terminal, height: sizes.terminal };
  plan.setNode(idOf(startId), { ...size });
  plan.setNode(idOf(endId), { ...size });
  plan.setEdge(idOf(startId), idOf(graph.startAt), {}, "start");
  for (const name of graph.ends) plan.setEdge(idOf(name), idOf(endId), {}, "end");
}

function boxOf(plan: Plan, name: string): Box {
  const { x = 0, y = 0, width = 0, height = 0 } = plan.node(idOf(name)) as Partial<Box>;
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function terminalsOf(plan: Plan): Drawing["terminals"] {
  return [
    { ...boxOf(plan, startId), kind: "start" },
    { ...boxOf(plan, endId), kind: "end" },
  ];
}

interface Routed {
  readonly points?: Line["points"];
  readonly x?: number;
  readonly y?: number;
}

function lineOf(plan: Plan, { from, to, kind, label }: Transition, id: string): Line {
  const { points = [], x = 0, y = 0 } = plan.edge(idOf(from), idOf(to), id) as Routed;
  return { kind, from, to, points, ...(label === undefined ? {} : { label: { text: label, x, y } }) };
}

function terminalLine(plan: Plan, from: string, to: string): Line {
  const { points = [] } = plan.edge(idOf(from), idOf(to), from === startId ? "start" : "end") as Routed;
  return { kind: "next", from, to, points };
}

function moved(line: Line, by: { readonly x: number; readonly y: number }): Line {
  const shift = <Point extends { readonly x: number; readonly y: number }>(point: Point): Point => ({
    ...point,
    x: point.x + by.x,
    y: point.y + by.y,
  });
  return { ...line, points: line.points.map(shift), ...(line.label === undefined ? {} : { label: shift(line.label) }) };
}

/** A smooth line through the points of a route, as SVG path data. */
export function pathThrough(points: Line["points"]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return "";
  let path = `M${first.x} ${first.y}`;
  rest.forEach((point, at) => {
    const next = rest[at + 1];
    const end = next === undefined ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    path += `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return rest.length === 0 ? `${path}L${last.x} ${last.y}` : path;
}
