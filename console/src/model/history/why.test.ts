import { describe, expect, it } from "vitest";
import type { Failure, StateRun } from "./run.ts";
import { originOf } from "./why.ts";

const failure = (error: string): Failure => ({ eventId: 9, at: 9, error });
const run = (id: number, fields: Partial<StateRun>): StateRun => ({
  id,
  name: `state ${id}`,
  type: "Task",
  scope: undefined,
  enteredAt: id,
  exitedAt: undefined,
  status: "failed",
  attempts: 1,
  working: false,
  failures: [failure("Broken")],
  failing: true,
  settled: false,
  input: undefined,
  output: undefined,
  scopes: [],
  eventIds: [],
  ...fields,
});
const inside = (owner: StateRun, id: number, fields: Partial<StateRun> = {}): StateRun =>
  run(id, {
    scope: { kind: "iteration", index: 0, owner, startedAt: 1, endedAt: 9, status: "failed", runs: [] },
    ...fields,
  });

describe("the run with which a failure began", () => {
  const map = run(2, { type: "Map" });

  it("is the innermost one that failed", () => {
    expect(originOf({ failure: failure("Broken"), runs: [map, inside(map, 3)] })?.id).toBe(3);
  });

  it("is the one with the error of the execution, if several failed", () => {
    const others = [inside(map, 3, { failures: [failure("Other")] }), inside(map, 4)];
    expect(originOf({ failure: failure("Other"), runs: [map, ...others] })?.id).toBe(3);
  });

  it("is none of an execution that did not fail, or not by a state", () => {
    expect(originOf({ failure: undefined, runs: [run(1, {})] })).toBeUndefined();
    const stopped = run(1, { status: "aborted", failures: [] });
    expect(originOf({ failure: failure("States.Timeout"), runs: [stopped] })).toBeUndefined();
  });
});
