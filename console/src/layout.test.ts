import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Box, layOut, type Scope } from "./layout.ts";

const folder = path.resolve(import.meta.dirname, "../../statemachine");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".asl.json"));

const contains = (outer: Box, inner: Box): boolean =>
  outer !== inner &&
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const apart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe.each(files)("the picture of %s", (file) => {
  const scope = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Scope;
  const { boxes, edges, width, height } = layOut(scope);

  it("shows every state that the file names, once", () => {
    const names = [...readFileSync(path.join(folder, file), "utf8").matchAll(/"Type": "/g)].length;
    expect(new Set(boxes.map(({ name }) => name)).size).toBe(names);
    expect(boxes).toHaveLength(names);
  });

  it("overlaps no two states, unless one is a group around the other", () => {
    for (const [at, a] of boxes.entries()) {
      for (const b of boxes.slice(at + 1))
        expect(apart(a, b) || contains(a, b) || contains(b, a), `${a.name}, ${b.name}`).toBe(true);
    }
  });

  it("leads downwards and stays inside its frame", () => {
    const byName = new Map(boxes.map((box) => [box.name, box]));
    for (const { from, to } of edges) expect(byName.get(from)?.y).toBeLessThan(byName.get(to)?.y ?? 0);
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  });
});

it("draws a way back without losing itself in it", () => {
  const states = {
    Wait: { Type: "Wait", Next: "Look" },
    Look: { Type: "Choice", Choices: [{ Next: "Wait" }], Default: "Done" },
    Done: { Type: "Succeed" },
  };
  const { boxes } = layOut({ StartAt: "Wait", States: states });
  expect(boxes.map(({ name }) => name)).toEqual(["Wait", "Look", "Done"]);
});
