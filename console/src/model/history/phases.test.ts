import { expect, it } from "vitest";
import { readEvent } from "./event.ts";
import { History } from "./history.ts";
import { phasesOf } from "./phases.ts";

/** Each step: type, number of the previous event, seconds, details. */
function read(steps: readonly (readonly [string, number, number, object?])[]): History {
  const history = new History();
  history.append(
    steps.map(([type, previousEventId, timestamp, details = {}], at) =>
      readEvent({ id: at + 1, previousEventId, type, timestamp, anyEventDetails: details }),
    ),
  );
  return history;
}

const phases = (history: History, name: string) => {
  const run = history.runs.find((each) => each.name === name);
  if (run === undefined) throw new Error(`There is no run of ${name}.`);
  return phasesOf(run, history, 99_000).map(({ kind, from, to }) => [kind, from / 1_000, to / 1_000]);
};

it("separates queueing, work and the wait for a retry", () => {
  const history = read([
    ["ExecutionStarted", 0, 1],
    ["TaskStateEntered", 1, 1, { name: "Call" }],
    ["TaskScheduled", 2, 2],
    ["TaskStarted", 3, 3],
    ["TaskFailed", 4, 5, { error: "Broken" }],
    ["TaskScheduled", 5, 9],
    ["TaskStarted", 6, 9],
    ["TaskSucceeded", 7, 12],
    ["TaskStateExited", 8, 13, { name: "Call" }],
  ]);
  expect(phases(history, "Call")).toEqual([
    ["queued", 2, 3],
    ["working", 3, 5],
    ["backoff", 5, 9],
    ["working", 9, 12],
  ]);
});

it("separates the start of a sandbox from the work of the attempt that waited for it", () => {
  const history = read([
    ["ExecutionStarted", 0, 1],
    ["TaskStateEntered", 1, 1, { name: "Call" }],
    ["TaskScheduled", 2, 2],
    ["TaskStarted", 3, 3],
    ["TaskFailed", 4, 9, { error: "Broken" }],
    ["TaskScheduled", 5, 10],
    ["TaskStarted", 6, 10],
    ["TaskSucceeded", 7, 12],
  ]);
  const [run] = history.runs;
  const starts = [2_500, undefined];
  const phasesWithStarts = run && phasesOf(run, history, 99_000, (attempt) => starts[attempt]);
  expect(phasesWithStarts?.map(({ kind, from, to }) => [kind, from, to])).toEqual([
    ["queued", 2_000, 3_000],
    ["starting", 3_000, 5_500],
    ["working", 5_500, 9_000],
    ["backoff", 9_000, 10_000],
    ["working", 10_000, 12_000],
  ]);
  expect(run && phasesOf(run, history, 99_000, () => 60_000).at(-1)).toEqual({
    kind: "starting",
    from: 10_000,
    to: 12_000,
  });
});

it("does not call the time after the last failure a wait for a retry", () => {
  const history = read([
    ["ExecutionStarted", 0, 1],
    ["TaskStateEntered", 1, 1, { name: "Call" }],
    ["LambdaFunctionScheduled", 2, 2],
    ["LambdaFunctionStarted", 3, 2],
    ["LambdaFunctionFailed", 4, 5, { error: "Broken" }],
    ["TaskStateExited", 5, 8, { name: "Call" }],
  ]);
  expect(phases(history, "Call")).toEqual([["working", 2, 5]]);
});

it("shows waits: of a Wait state, for a task token, and what has not ended until now", () => {
  const history = read([
    ["ExecutionStarted", 0, 1],
    ["WaitStateEntered", 1, 1, { name: "Pause" }],
    ["WaitStateExited", 2, 31, { name: "Pause" }],
    ["TaskStateEntered", 3, 31, { name: "Approve" }],
    ["TaskScheduled", 4, 31],
    ["TaskStarted", 5, 31],
    ["TaskSubmitted", 6, 32],
  ]);
  expect(phases(history, "Pause")).toEqual([["waiting", 1, 31]]);
  expect(phases(history, "Approve")).toEqual([
    ["working", 31, 32],
    ["waiting", 32, 99],
  ]);
});

it("shows how long an iteration waited for its turn", () => {
  const history = read([
    ["ExecutionStarted", 0, 1],
    ["MapStateEntered", 1, 1, { name: "Each" }],
    ["MapStateStarted", 2, 1, { length: 2 }],
    ["MapIterationStarted", 3, 1, { name: "Each", index: 0 }],
    ["PassStateEntered", 4, 1, { name: "One" }],
    ["PassStateExited", 5, 6, { name: "One" }],
    ["MapIterationStarted", 3, 6, { name: "Each", index: 1 }],
    ["WaitStateEntered", 7, 6, { name: "Two" }],
    ["WaitStateExited", 8, 7, { name: "Two" }],
  ]);
  expect(phases(history, "One")).toEqual([]);
  expect(phases(history, "Two")).toEqual([
    ["queued", 1, 6],
    ["waiting", 6, 7],
  ]);
});
