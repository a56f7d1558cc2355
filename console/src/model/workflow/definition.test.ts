import { expect, it } from "vitest";
import { readDefinition } from "./definition.ts";

const read = (states: Readonly<Record<string, unknown>>, startAt = "A") =>
  readDefinition(JSON.stringify({ StartAt: startAt, States: states }));

it("names every way out of a state, and what leads there", () => {
  const { transitions, ends } = read({
    A: { Type: "Task", Next: "B", Catch: [{ ErrorEquals: ["States.Timeout", "Sandbox.Timedout"], Next: "C" }] },
    B: { Type: "Choice", Choices: [{ Next: "A" }], Default: "C" },
    C: { Type: "Task", End: true, Catch: [{ ErrorEquals: ["States.ALL"], Next: "A" }] },
  });
  expect(transitions).toEqual([
    { from: "A", to: "B", kind: "next" },
    { from: "A", to: "C", kind: "catch", label: "Timeout +1" },
    { from: "B", to: "A", kind: "choice" },
    { from: "B", to: "C", kind: "default", label: "otherwise" },
    { from: "C", to: "A", kind: "catch", label: "any error" },
  ]);
  expect(ends).toEqual(["C"]);
});

it("looks into Maps, under the older name of their processor too, and into each branch of a Parallel", () => {
  const inner = { StartAt: "I", States: { I: { Type: "Pass", End: true } } };
  const { nodes } = read({
    A: { Type: "Map", ItemProcessor: inner, Next: "B" },
    B: { Type: "Map", Iterator: inner, Next: "C" },
    C: { Type: "Parallel", Branches: [inner, inner], End: true },
  });
  expect(nodes.map((node) => node.inner.map(({ startAt }) => startAt))).toEqual([["I"], ["I"], ["I", "I"]]);
});

it("keeps each state as the document has it", () => {
  const state = { Type: "Pass", Result: { any: [1] }, End: true };
  expect(read({ A: state }).nodes[0]?.source).toEqual(state);
});

it("refuses what is no state machine", () => {
  expect(() => readDefinition("[]")).toThrow();
  expect(() => readDefinition("{")).toThrow(SyntaxError);
});
