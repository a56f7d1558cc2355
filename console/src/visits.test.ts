import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { statusOf, Visits } from "./visits.ts";

type Rest = Omit<Partial<HistoryEvent>, "id" | "previousEventId" | "type">;

/** Events numbered as they come, a second apart. */
function history(...events: readonly [type: string, previous: number, rest?: Rest][]): Visits {
  const visits = new Visits();
  for (const [at, [type, previousEventId, rest = {}]] of events.entries()) {
    const event = { id: at + 1, previousEventId, type, timestamp: new Date((at + 1) * 1_000), ...rest };
    visits.add(event as HistoryEvent);
  }
  return visits;
}

const entered = (name: string, input = "{}"): Rest => ({ stateEnteredEventDetails: { name, input } });
const exited = (name: string, output = "{}"): Rest => ({ stateExitedEventDetails: { name, output } });
const iteration = (index: number): Rest => ({ mapIterationStartedEventDetails: { name: "Each", index } });

describe("the passages of an execution", () => {
  const map = history(
    ["ExecutionStarted", 0],
    ["MapStateEntered", 0, entered("Each", "[1,2]")],
    ["MapStateStarted", 2],
    ["MapIterationStarted", 3, iteration(0)],
    ["TaskStateEntered", 4, entered("Work", "1")],
    ["MapIterationStarted", 3, iteration(1)],
    ["TaskStateEntered", 6, entered("Work", "2")],
    ["TaskScheduled", 7],
    [
      "TaskFailed",
      8,
      {
        taskFailedEventDetails: {
          resourceType: "lambda",
          resource: "invoke",
          error: "Runtime.ExitError",
          cause: "killed",
        },
      },
    ],
    ["TaskScheduled", 9],
    ["TaskStateExited", 10, exited("Work", "20")],
    ["MapIterationSucceeded", 11, { mapIterationSucceededEventDetails: { name: "Each", index: 1 } }],
    ["TaskStateExited", 5, exited("Work", "10")],
    ["PassStateEntered", 13, entered("After")],
    ["PassStateExited", 14, exited("After")],
    ["MapIterationSucceeded", 15, { mapIterationSucceededEventDetails: { name: "Each", index: 0 } }],
    ["MapStateSucceeded", 16],
    ["MapStateExited", 17, exited("Each", "[10,20]")],
    ["PassStateEntered", 18, entered("Last")],
  );
  const find = (state: string, at?: number) => map.all.find((visit) => visit.state === state && visit.iteration === at);

  it("tells iterations of a Map apart though their events are interleaved", () => {
    expect(find("Work", 0)).toMatchObject({ input: "1", output: "10", parent: { state: "Each" } });
    expect(find("Work", 1)).toMatchObject({ input: "2", output: "20", parent: { state: "Each" } });
  });

  it("keeps a neighbour inside the Map in its iteration, and the state behind the Map outside of it", () => {
    expect(find("After", 0)).toMatchObject({ parent: { state: "Each" } });
    expect(find("Last")?.parent).toBeUndefined();
    expect(find("Each")).toMatchObject({ output: "[10,20]" });
  });

  it("counts a retry and remembers what failed", () => {
    expect(find("Work", 1)).toMatchObject({ retries: 1, failure: { error: "Runtime.ExitError", cause: "killed" } });
    expect(find("Work", 0)?.retries).toBe(0);
  });

  it("takes an event once, however often it is told", () => {
    const before = map.all.length;
    map.add({ id: 2, type: "MapStateEntered", timestamp: new Date(), ...entered("Each") } as HistoryEvent);
    expect(map.all).toHaveLength(before);
  });

  it("colours a state by all its passages", () => {
    expect(statusOf([], false)).toBe("waiting");
    expect(
      statusOf(
        map.all.filter(({ state }) => state === "Work"),
        false,
      ),
    ).toBe("caught");
    expect(
      statusOf(
        map.all.filter(({ state }) => state === "Last"),
        false,
      ),
    ).toBe("running");
    expect(
      statusOf(
        map.all.filter(({ state }) => state === "Last"),
        true,
      ),
    ).toBe("failed");
    expect(
      statusOf(
        map.all.filter(({ state }) => state === "After"),
        false,
      ),
    ).toBe("succeeded");
  });
});

it("puts what follows a Parallel state beside it, not into it", () => {
  const { all } = history(
    ["ExecutionStarted", 0],
    ["ParallelStateEntered", 0, entered("Both")],
    ["ParallelStateStarted", 2],
    ["TaskStateEntered", 3, entered("Left")],
    ["TaskStateEntered", 3, entered("Right")],
    ["TaskStateExited", 4, exited("Left")],
    ["TaskStateExited", 5, exited("Right")],
    ["ParallelStateSucceeded", 7],
    ["ParallelStateExited", 8, exited("Both")],
    ["PassStateEntered", 9, entered("Next")],
  );
  expect(all.map(({ state, parent }) => [state, parent?.state])).toEqual([
    ["Both", undefined],
    ["Left", "Both"],
    ["Right", "Both"],
    ["Next", undefined],
  ]);
});
