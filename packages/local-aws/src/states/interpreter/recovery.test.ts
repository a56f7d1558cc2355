import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../service.ts";
import { FunctionError, task } from "../test-support/harness.ts";
import { runOnce } from "../test-support/run-once.ts";
import { ExecutionError, matches } from "./error.ts";
import { retryDelay } from "./recovery.ts";

const machineOf = (fields: object) => ({
  StartAt: "Work",
  States: {
    Work: task("work", { ...fields, Next: "End" }),
    End: { Type: "Succeed" },
    Caught: { Type: "Pass", End: true },
  },
});
const failing = (...names: string[]) => {
  const left = [...names];
  return {
    work: () => {
      const name = left.shift();
      if (name === "429") throw new AwsError("TooManyRequestsException", "Rate.", 429);
      if (name !== undefined) throw new FunctionError(name);
      return "done";
    },
  };
};

describe("Retry", () => {
  it("waits for the interval, then longer by the rate, at most so long as MaxDelaySeconds", async () => {
    const Retry = [{ ErrorEquals: ["A"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 4, MaxDelaySeconds: 20 }];
    const done = await runOnce(machineOf({ Retry }), {}, failing("A", "A", "A", "A"));
    expect(done).toMatchObject({ status: "SUCCEEDED", output: "done", slept: [2_000, 6_000, 18_000, 20_000] });
    expect(done.types.filter((type) => type === "TaskScheduled")).toHaveLength(5);
    expect(done.types.filter((type) => type === "TaskStateEntered")).toHaveLength(1);
  });

  it("by default means three times, after 1, 2 and 4 seconds", async () => {
    const done = await runOnce(
      machineOf({ Retry: [{ ErrorEquals: ["States.ALL"] }] }),
      {},
      failing("A", "B", "C", "D"),
    );
    expect(done).toMatchObject({ status: "FAILED", error: "D", slept: [1_000, 2_000, 4_000] });
  });

  it("counts for each retrier by itself, the first that matches", async () => {
    const Retry = [
      { ErrorEquals: ["A"], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ["Never"], MaxAttempts: 0 },
      { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 2, BackoffRate: 1 },
    ];
    const done = await runOnce(machineOf({ Retry }), {}, failing("B", "A", "429"));
    expect(done).toMatchObject({ status: "SUCCEEDED", slept: [5_000, 1_000, 5_000] });
    expect(await runOnce(machineOf({ Retry }), {}, failing("A", "A"))).toMatchObject({ status: "FAILED", error: "A" });
    expect(await runOnce(machineOf({ Retry }), {}, failing("Never"))).toMatchObject({ status: "FAILED", slept: [] });
  });

  it("spreads delays by full jitter from nothing to the whole delay, never beyond", () => {
    fc.assert(
      fc.property(
        fc.record({
          IntervalSeconds: fc.integer({ min: 1, max: 100 }),
          BackoffRate: fc.double({ min: 1, max: 5, noNaN: true }),
          MaxDelaySeconds: fc.integer({ min: 101, max: 1_000 }),
        }),
        fc.nat(12),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (fields, retries, chance) => {
          const plain = retryDelay({ ErrorEquals: [], ...fields }, retries, () => chance);
          expect(plain).toBe(Math.min(fields.IntervalSeconds * fields.BackoffRate ** retries, fields.MaxDelaySeconds));
          const spread = retryDelay({ ErrorEquals: [], ...fields, JitterStrategy: "FULL" }, retries, () => chance);
          expect(spread).toBeCloseTo(plain * chance);
        },
      ),
    );
  });

  it("also repeats a whole Parallel or Map state", async () => {
    const branch = { StartAt: "Work", States: { Work: task("work") } };
    const retry = { Retry: [{ ErrorEquals: ["A"], IntervalSeconds: 1 }] };
    for (const state of [
      { Type: "Parallel", Branches: [branch], ...retry, End: true },
      { Type: "Map", ItemsPath: "$.items", ItemProcessor: branch, ...retry, End: true },
    ]) {
      const done = await runOnce({ StartAt: "Group", States: { Group: state } }, { items: [1] }, failing("A"));
      expect(done).toMatchObject({ status: "SUCCEEDED", output: ["done"], slept: [1_000] });
      expect(done.types.filter((type) => type === `${state.Type}StateStarted`)).toHaveLength(2);
      // The state itself fails only if no attempt follows.
      expect(done.types.filter((type) => type === `${state.Type}StateFailed`)).toHaveLength(0);
      const lost = await runOnce({ StartAt: "Group", States: { Group: state } }, { items: [1] }, failing(..."AAAAA"));
      expect(lost.status).toBe("FAILED");
      expect(lost.types.filter((type) => type === `${state.Type}StateFailed`)).toHaveLength(1);
    }
  });
});

describe("Catch", () => {
  it("goes on with error and cause where ResultPath says, once retries are used up", async () => {
    const done = await runOnce(
      machineOf({
        Retry: [{ ErrorEquals: ["A"], MaxAttempts: 1 }],
        Catch: [
          { ErrorEquals: ["B"], Next: "End" },
          { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Caught" },
        ],
      }),
      { kept: 1 },
      failing("A", "A"),
    );
    const Cause = '{"errorType":"A","errorMessage":"It failed."}';
    expect(done.output).toEqual({ kept: 1, error: { Error: "A", Cause } });
    expect(done.types.slice(-5)).toEqual([
      "TaskFailed",
      "TaskStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
  });

  it("catches a failed branch at the Parallel state around it", async () => {
    const branches = ["good", "work"].map((name) => ({ StartAt: name, States: { [name]: task(name) } }));
    const definition = {
      StartAt: "Both",
      States: {
        Both: { Type: "Parallel", Branches: branches, Catch: [{ ErrorEquals: ["A"], Next: "Caught" }], End: true },
        Caught: { Type: "Pass", End: true },
      },
    };
    const done = await runOnce(definition, {}, { ...failing("A"), good: () => new Promise(() => {}) });
    expect(done).toMatchObject({ status: "SUCCEEDED", output: { Error: "A" } });
    expect(done.types).toEqual(
      expect.arrayContaining(["TaskStateAborted", "ParallelStateFailed", "ParallelStateExited"]),
    );
  });
});

describe("matches", () => {
  it.each<[string, string, boolean]>([
    ["States.ALL", "Anything", true],
    ["States.ALL", "States.Timeout", true],
    ["States.ALL", "States.Runtime", false],
    ["States.ALL", "States.DataLimitExceeded", true],
    ["States.TaskFailed", "Lambda.Unknown", true],
    ["States.TaskFailed", "States.Timeout", false],
    ["States.TaskFailed", "States.DataLimitExceeded", true],
    ["States.Timeout", "States.HeartbeatTimeout", true],
    ["States.HeartbeatTimeout", "States.Timeout", false],
    ["States.Runtime", "States.Runtime", false],
    ["States.DataLimitExceeded", "States.DataLimitExceeded", true],
    ["A", "AB", false],
  ])("%s of %s: %s", (name, error, expected) => {
    expect(matches([name], new ExecutionError(error))).toBe(expected);
  });
});
