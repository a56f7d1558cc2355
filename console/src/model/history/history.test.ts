import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "./history.ts";
import { placeOf } from "./run.ts";

function read({ events }: Recording): History {
  const history = new History();
  history.append(events);
  return history;
}

/** One line per run, such as `Work #1 succeeded`. */
function story({ runs }: History): readonly string[] {
  return runs.map((run) => [run.name, placeOf(run), run.status].filter((part) => part !== "").join(" "));
}

/** Enters a Map and begins one iteration of it. */
function enterIteration(recording: Recording, name: string): void {
  recording.enter("Map", name);
  recording.add("MapStateStarted", { length: 1 });
  recording.add("MapIterationStarted", { name, index: 0 });
}

describe("a history without groups", () => {
  it("shows a state as running from its first event, and then how it ended", () => {
    const recording = new Recording();
    recording.enter("Task", "Work", undefined, '{"a":1}');
    const history = read(recording);
    expect(story(history)).toEqual(["Work running"]);
    recording.attempt("TaskSucceeded");
    recording.exit("Task", "Work", undefined, '{"b":2}');
    recording.add("ExecutionSucceeded");
    history.append(recording.events);
    expect(history.runs[0]).toMatchObject({ status: "succeeded", attempts: 1, input: '{"a":1}', output: '{"b":2}' });
    expect(history).toMatchObject({ status: "succeeded", startedAt: 1_000, endedAt: 7_000 });
  });

  it("keeps every failed attempt of a state that a retry saved", () => {
    const recording = new Recording();
    recording.enter("Task", "Work");
    recording.attempt("TaskFailed", { error: "Lambda.TooManyRequestsException", cause: "busy" });
    recording.attempt("TaskTimedOut", { error: "States.Timeout" });
    recording.attempt("TaskSucceeded");
    recording.exit("Task", "Work");
    const [run] = read(recording).runs;
    expect(run).toMatchObject({ status: "succeeded", attempts: 3 });
    expect(run?.failures.map(({ error }) => error)).toEqual(["Lambda.TooManyRequestsException", "States.Timeout"]);
  });

  it("distinguishes a state whose failure was caught from one that ended the execution", () => {
    const recording = new Recording();
    recording.enter("Task", "Risky");
    recording.attempt("TaskFailed", { error: "Broken", cause: "why" });
    recording.exit("Task", "Risky");
    recording.enter("Task", "Rescue");
    recording.attempt("TaskFailed", { error: "Worse" });
    recording.add("ExecutionFailed", { error: "Worse", cause: "end" });
    const history = read(recording);
    expect(story(history)).toEqual(["Risky caught", "Rescue failed"]);
    expect(history).toMatchObject({ status: "failed", failure: { error: "Worse", cause: "end" } });
  });

  it("counts a Fail state, and a state that broke without an attempt, as failed", () => {
    const recording = new Recording();
    recording.enter("Fail", "Give up");
    recording.add("ExecutionFailed", { error: "NoUse" });
    expect(story(read(recording))).toEqual(["Give up failed"]);
  });

  it("counts what still ran when the execution was stopped as aborted", () => {
    const recording = new Recording();
    recording.enter("Wait", "Pause");
    recording.add("ExecutionAborted");
    const history = read(recording);
    expect(story(history)).toEqual(["Pause aborted"]);
    expect(history.status).toBe("aborted");
  });

  it("continues with a failed state after a redrive", () => {
    const recording = new Recording();
    const entered = recording.enter("Task", "Work");
    recording.attempt("TaskFailed", { error: "Broken" });
    recording.add("ExecutionFailed", { error: "Broken" });
    recording.add("ExecutionRedriven");
    recording.attempt("TaskSucceeded", {}, entered);
    recording.exit("Task", "Work");
    recording.add("ExecutionSucceeded");
    const history = read(recording);
    expect(story(history)).toEqual(["Work succeeded"]);
    expect(history).toMatchObject({ status: "succeeded", failure: undefined });
    expect(history.runs[0]?.failures).toHaveLength(1);
  });
});

describe("Map and Parallel", () => {
  it("assign each run to its iteration, although events are interleaved", () => {
    const recording = new Recording();
    recording.sideBySideMap("Each", "Work", 3);
    recording.task("After");
    const history = read(recording);
    expect(story(history)).toEqual([
      ...["Each succeeded", "Work #0 succeeded", "Work #1 succeeded", "Work #2 succeeded"],
      "After succeeded",
    ]);
    expect(history.runs[0]?.scopes.map(({ status }) => status)).toEqual(["succeeded", "succeeded", "succeeded"]);
  });

  it("number branches in the order of their start and follow each through its states", () => {
    const recording = new Recording();
    recording.enter("Parallel", "Both");
    const started = recording.add("ParallelStateStarted");
    const left = recording.task("Left", started);
    const right = recording.task("Right", started);
    const last = recording.task("Left again", left);
    recording.add("ParallelStateSucceeded", {}, Math.max(last, right));
    recording.exit("Parallel", "Both");
    recording.task("After");
    expect(story(read(recording))).toEqual([
      ...["Both succeeded", "Left branch 1 succeeded", "Right branch 2 succeeded", "Left again branch 1 succeeded"],
      "After succeeded",
    ]);
  });

  it("report the first failure of an iteration for the Map, and count other iterations as aborted", () => {
    const recording = new Recording();
    recording.enter("Map", "Each");
    const started = recording.add("MapStateStarted", { length: 2 });
    const first = recording.add("MapIterationStarted", { name: "Each", index: 0 }, started);
    const second = recording.add("MapIterationStarted", { name: "Each", index: 1 }, started);
    recording.enter("Task", "Work", first);
    const failed = recording.attempt("TaskFailed", { error: "Broken", cause: "why" });
    recording.enter("Task", "Work", second);
    recording.add("MapIterationFailed", { name: "Each", index: 0 }, failed);
    recording.add("TaskStateAborted", {}, failed);
    recording.add("MapIterationAborted", { name: "Each", index: 1 }, failed);
    recording.add("MapStateFailed", {}, failed);
    recording.add("ExecutionFailed", { error: "Broken" });
    const history = read(recording);
    expect(story(history)).toEqual(["Each failed", "Work #0 failed", "Work #1 aborted"]);
    expect(history.runs[0]?.failures).toMatchObject([{ error: "Broken", cause: "why" }]);
    expect(history.runs[0]?.scopes.map(({ status }) => status)).toEqual(["failed", "aborted"]);
  });

  it("nest, and what fails inside is caught outside", () => {
    const recording = new Recording();
    enterIteration(recording, "Outer");
    enterIteration(recording, "Inner");
    recording.enter("Task", "Work");
    const failed = recording.attempt("TaskFailed", { error: "Broken" });
    recording.add("MapIterationFailed", { name: "Inner", index: 0 }, failed);
    const inner = recording.add("MapStateFailed", {}, failed);
    recording.exit("Map", "Inner", inner);
    recording.task("Rescue");
    recording.add("MapIterationSucceeded", { name: "Outer", index: 0 });
    recording.add("MapStateSucceeded");
    recording.exit("Map", "Outer");
    expect(story(read(recording))).toEqual([
      ...["Outer succeeded", "Inner #0 caught", "Work #0 › #0 failed", "Rescue #0 succeeded"],
    ]);
  });

  it("nest, and what fails inside fails all around it when nothing catches it", () => {
    const recording = new Recording();
    enterIteration(recording, "Outer");
    enterIteration(recording, "Inner");
    recording.enter("Task", "Work");
    const failed = recording.attempt("TaskFailed", { error: "Broken" });
    recording.add("MapIterationFailed", { name: "Inner", index: 0 }, failed);
    const inner = recording.add("MapStateFailed", {}, failed);
    recording.add("MapIterationFailed", { name: "Outer", index: 0 }, inner);
    const history = read(recording);
    expect(history.runs[0]?.scopes[0]?.status).toBe("failed");
    recording.add("MapStateFailed", {}, inner);
    history.append(recording.events);
    expect(history.runs.map(({ name, failures }) => [name, failures.length])).toEqual([
      ["Outer", 1],
      ["Inner", 1],
      ["Work", 1],
    ]);
    expect(history.runs.map(({ scopes }) => scopes.map(({ status }) => status))).toEqual([["failed"], ["failed"], []]);
    recording.add("ExecutionFailed", { error: "Broken" });
    history.append(recording.events);
    expect(story(history)).toEqual(["Outer failed", "Inner #0 failed", "Work #0 › #0 failed"]);
  });

  it("are aborted with everything inside when the execution is stopped", () => {
    const recording = new Recording();
    enterIteration(recording, "Each");
    recording.enter("Task", "Work");
    recording.add("ExecutionAborted");
    const history = read(recording);
    expect(story(history)).toEqual(["Each aborted", "Work #0 aborted"]);
    expect(history.runs[0]?.scopes[0]).toMatchObject({ status: "aborted", endedAt: 6_000 });
  });

  it("of no items are entered and left", () => {
    const recording = new Recording();
    recording.enter("Map", "Each");
    recording.add("MapStateStarted", { length: 0 });
    recording.add("MapStateSucceeded");
    recording.exit("Map", "Each");
    recording.task("After");
    expect(story(read(recording))).toEqual(["Each succeeded", "After succeeded"]);
  });
});

it("assigns every event to its run", () => {
  const recording = new Recording();
  recording.sideBySideMap("Each", "Work", 2);
  const history = read(recording);
  const runs = recording.events.map(({ id, type }) => [type, history.runOf(id)?.name]);
  expect(runs.filter(([type]) => /^Task/.test(String(type))).every(([, name]) => name === "Work")).toBe(true);
  expect(runs.at(-1)).toEqual(["MapStateExited", "Each"]);
  expect(runs[0]).toEqual(["ExecutionStarted", undefined]);
});

it("gives the same result whether events arrive at once, in parts or twice", () => {
  const recording = new Recording();
  recording.sideBySideMap("Each", "Work", 4);
  recording.task("After");
  const whole = read(recording);
  fc.assert(
    fc.property(fc.array(fc.nat(recording.events.length), { maxLength: 8 }), (cuts) => {
      const history = new History();
      for (const cut of [...cuts, recording.events.length]) history.append(recording.events.slice(0, cut));
      expect(history.events).toEqual(whole.events);
      expect(story(history)).toEqual(story(whole));
    }),
  );
});

it("reads the maximum number of events in linear time", () => {
  const recording = new Recording();
  recording.sideBySideMap("Each", "Work", 3_560);
  expect(recording.events.length).toBeGreaterThan(24_900);
  const before = process.cpuUsage();
  const history = read(recording);
  // Processor time, which other programs do not lengthen. The limit is far above the usual time, and far below the time
  // of an algorithm that is quadratic in 25,000 events.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(10_000);
  expect(history.runs).toHaveLength(3_561);
});
