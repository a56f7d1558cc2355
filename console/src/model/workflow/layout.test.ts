import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readDefinition } from "./definition.ts";
import { type Box, type Drawing, drawGraph, pathThrough } from "./layout.ts";

const folder = path.resolve(import.meta.dirname, "../../../../statemachine");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".asl.json"));
const load = (file: string): Drawing => drawGraph(readDefinition(readFileSync(path.join(folder, file), "utf8")));

const inside = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const apart = (one: Box, other: Box): boolean =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

it("looks at all seven workflows, so that the claims below are not vacuous", () => {
  expect(files).toHaveLength(7);
});

/**
 * The distance from a point, inside or outside a box, to the nearest side of the box. A line to a box far to the left
 * or right may end at a vertical side of it.
 */
function distanceToEdge(point: { x: number; y: number } | undefined, box: Box | undefined): number {
  if (!point || !box) return Number.NaN;
  const [across, down] = [point.x - box.x, point.y - box.y];
  return Math.abs(Math.min(across, box.width - across, down, box.height - down));
}

describe.each(files)("the drawing of %s", (file) => {
  const { boxes, lines, terminals, width, height } = load(file);

  it("puts every box inside the one that contains it, and apart from all others", () => {
    for (const [at, box] of boxes.entries()) {
      expect(inside(box, { x: 0, y: 0, width, height })).toBe(true);
      for (const other of boxes.slice(at + 1)) expect(apart(box, other) || inside(other, box)).toBe(true);
    }
  });

  it("leaves room for a container's name above what it contains", () => {
    for (const outer of boxes.filter(({ node }) => node.inner.length > 0)) {
      const inner = boxes.filter((box) => box !== outer && inside(box, outer));
      expect(Math.min(...inner.map(({ y }) => y)) - outer.y).toBeGreaterThanOrEqual(36);
    }
  });

  it("leads every line from the edge of a box to the edge of another", () => {
    const byName = new Map<string, Box>(boxes.map((box) => [box.node.name, box]));
    for (const { kind, x, y, width: size } of terminals) byName.set(` ${kind}`, { x, y, width: size, height: size });
    for (const { from, to, points } of lines) {
      const [source, target] = [byName.get(from), byName.get(to)];
      expect(distanceToEdge(points[0], source), `from ${from}`).toBeCloseTo(0);
      expect(distanceToEdge(points.at(-1), target), `to ${to}`).toBeCloseTo(0);
    }
  });

  it("draws every line within the drawing", () => {
    for (const { x } of lines.flatMap(({ points }) => points)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(width);
    }
  });

  it("has one start and one end", () => {
    expect(terminals.map(({ kind }) => kind)).toEqual(["start", "end"]);
  });
});

describe("a Task that ends beside the Map that catches it, as a child execution's", () => {
  const inner = { StartAt: "One", States: { One: { Type: "Task", End: true } } };
  const definition = {
    StartAt: "Classify",
    States: {
      Classify: {
        Type: "Task",
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "One by one, each with a long name" }],
        End: true,
      },
      "One by one, each with a long name": { Type: "Map", ItemProcessor: inner, End: true },
    },
  };

  it("has its line around the Map within the drawing", () => {
    const { lines, width } = drawGraph(readDefinition(JSON.stringify(definition)));
    const places = lines.flatMap(({ points }) => points.map(({ x }) => x));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...places)).toBeLessThanOrEqual(width - 8);
  });
});

describe("a workflow with a Choice that leads back", () => {
  const drawing = drawGraph(
    readDefinition(
      JSON.stringify({
        StartAt: "Try",
        States: {
          Try: { Type: "Task", Next: "Good?" },
          "Good?": { Type: "Choice", Choices: [{ Next: "Done", Comment: "yes" }], Default: "Try" },
          Done: { Type: "Succeed" },
        },
      }),
    ),
  );

  it("draws the way back with its label", () => {
    const back = drawing.lines.find(({ from, to }) => from === "Good?" && to === "Try");
    expect(back).toMatchObject({ kind: "default", label: { text: "otherwise" } });
    expect(drawing.lines.filter(({ to }) => to === " end").map(({ from }) => from)).toEqual(["Done"]);
  });
});

it("draws a line through all its points, and nothing through one", () => {
  const point = (x: number, y: number) => ({ x, y });
  expect(pathThrough([point(0, 0), point(0, 9)])).toBe("M0 0L0 9");
  expect(pathThrough([point(0, 0), point(4, 5), point(0, 9)])).toBe("M0 0Q4 5 0 9");
  expect(pathThrough([point(0, 0)])).toBe("");
});

it.each(["constructor", "toString", "hasOwnProperty"])("draws a state that is named %s", (name) => {
  const text = `{"StartAt":"First","States":{"First":{"Type":"Task","Next":"${name}"},"${name}":{"Type":"Pass","End":true}}}`;
  const { boxes, lines } = drawGraph(readDefinition(text));
  expect(boxes.map(({ node }) => node.name)).toEqual(["First", name]);
  expect(lines.every(({ points }) => points.length > 1)).toBe(true);
});
