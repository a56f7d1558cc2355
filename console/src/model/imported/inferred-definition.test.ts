import { expect, it } from "vitest";
import { readEvent } from "../history/event.ts";
import { History } from "../history/history.ts";
import { readDefinition } from "../workflow/definition.ts";
import { inferDefinition } from "./inferred-definition.ts";

/** Each step: type, number of the previous event, details. */
function infer(steps: readonly (readonly [string, number, object?])[]) {
  const history = new History();
  history.append(
    steps.map(([type, previousEventId, details = {}], at) =>
      readEvent({ id: at + 1, previousEventId, type, timestamp: at + 1, anyEventDetails: details }),
    ),
  );
  const text = inferDefinition(history);
  return text === undefined ? undefined : readDefinition(text);
}

it("draws the states that were entered and the transitions that were taken", () => {
  const graph = infer([
    ["ExecutionStarted", 0],
    ["TaskStateEntered", 1, { name: "Call" }],
    ["TaskScheduled", 2],
    ["TaskFailed", 3, { error: "Broken" }],
    ["TaskStateExited", 4, { name: "Call" }],
    ["ChoiceStateEntered", 5, { name: "Choose" }],
    ["ChoiceStateExited", 6, { name: "Choose" }],
    ["PassStateEntered", 7, { name: "constructor" }],
    ["PassStateExited", 8, { name: "constructor" }],
    ["ExecutionSucceeded", 9],
  ]);
  expect(graph?.startAt).toBe("Call");
  expect(graph?.transitions).toEqual([
    { from: "Call", to: "Choose", kind: "catch", label: "Broken" },
    { from: "Choose", to: "constructor", kind: "choice" },
  ]);
  expect(graph?.ends).toContain("constructor");
});

it("draws the iterations of a Map once, and each branch of a Parallel", () => {
  const graph = infer([
    ["ExecutionStarted", 0],
    ["MapStateEntered", 1, { name: "Each" }],
    ["MapStateStarted", 2, { length: 2 }],
    ["MapIterationStarted", 3, { name: "Each", index: 0 }],
    ["PassStateEntered", 4, { name: "One" }],
    ["PassStateExited", 5, { name: "One" }],
    ["MapIterationSucceeded", 6, { name: "Each", index: 0 }],
    ["MapIterationStarted", 3, { name: "Each", index: 1 }],
    ["PassStateEntered", 8, { name: "One" }],
    ["PassStateExited", 9, { name: "One" }],
    ["PassStateEntered", 10, { name: "Two" }],
    ["PassStateExited", 11, { name: "Two" }],
    ["MapIterationSucceeded", 12, { name: "Each", index: 1 }],
    ["MapStateSucceeded", 13],
    ["MapStateExited", 14, { name: "Each" }],
    ["ParallelStateEntered", 15, { name: "Both" }],
    ["ParallelStateStarted", 16],
    ["PassStateEntered", 17, { name: "Left" }],
    ["PassStateEntered", 17, { name: "Right" }],
  ]);
  const [each, both] = graph?.nodes ?? [];
  expect(each?.inner.map(({ nodes }) => nodes.map(({ name }) => name))).toEqual([["One", "Two"]]);
  expect(each?.inner[0]?.transitions).toEqual([{ from: "One", to: "Two", kind: "next" }]);
  expect(both?.inner.map(({ startAt }) => startAt)).toEqual(["Left", "Right"]);
});

it("draws nothing if no state was entered", () => {
  expect(infer([["ExecutionStarted", 0]])).toBeUndefined();
});
