import { describe, expect, it } from "vitest";
import { FunctionError, task } from "../test-support/harness.ts";
import { runOnce } from "../test-support/run-once.ts";

describe("executions", () => {
  it("runs a task and records AWS's events", async () => {
    const run = await runOnce(
      { StartAt: "Greet", States: { Greet: task("greet") } },
      { name: "Ada" },
      {
        greet: (payload) => ({ greeting: payload }),
      },
    );
    expect(run).toMatchObject({ status: "SUCCEEDED", output: { greeting: { name: "Ada" } } });
    expect(run.types).toEqual([
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(run.events.map(({ id, previousEventId }) => [id, previousEventId])).toEqual([
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 3],
      [5, 4],
      [6, 5],
      [7, 6],
    ]);
    expect(run.waiting).toBe(0);
  });

  it("schedules every branch of a Parallel state before the first of them ends", async () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: task("work") } });
    const run = await runOnce(
      {
        StartAt: "Both",
        States: { Both: { Type: "Parallel", Branches: [branch("A"), branch("B"), branch("C")], End: true } },
      },
      { value: 1 },
      { work: () => 1 },
    );
    expect(run).toMatchObject({ status: "SUCCEEDED", output: [1, 1, 1] });
    expect(run.types.lastIndexOf("TaskScheduled")).toBeLessThan(run.types.indexOf("TaskSucceeded"));
  });

  it("runs a Map in the order of its items and fails it with the first failing item", async () => {
    const definition = {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemsPath: "$.items",
          ItemProcessor: { StartAt: "One", States: { One: task("one") } },
          End: true,
        },
      },
    };
    const good = await runOnce(definition, { items: [3, 1, 2] }, { one: (item) => Number(item) * 2 });
    expect(good).toMatchObject({ status: "SUCCEEDED", output: [6, 2, 4] });
    const bad = await runOnce(
      definition,
      { items: [3, 1, 2] },
      {
        one: async (item) => {
          if (item === 1) throw new FunctionError("Odd", "one is odd");
          await new Promise(() => {});
        },
      },
    );
    expect(bad).toMatchObject({
      status: "FAILED",
      error: "Odd",
      cause: '{"errorType":"Odd","errorMessage":"one is odd"}',
    });
    expect(bad.types.slice(-7)).toEqual([
      "MapIterationFailed",
      "TaskStateAborted",
      "MapIterationAborted",
      "TaskStateAborted",
      "MapIterationAborted",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
  });
});
