import { describe, expect, it } from "vitest";
import { runOnce } from "../../test-support/run-once.ts";

const one = (state: object) => ({ StartAt: "S", States: { S: state } });
const day = 24 * 60 * 60 * 1_000;

describe("Pass", () => {
  it("hands its input on, or its Result, placed by its paths", async () => {
    expect((await runOnce(one({ Type: "Pass", End: true }), { a: 1 })).output).toEqual({ a: 1 });
    const state = {
      Type: "Pass",
      InputPath: "$.a",
      Result: { r: null },
      ResultPath: "$.b",
      OutputPath: "$.b.r",
      End: true,
    };
    expect((await runOnce(one(state), { a: 1 })).output).toBeNull();
  });

  it("sees the context object as AWS fills it", async () => {
    const done = await runOnce(one({ Type: "Pass", Parameters: { "all.$": "$$" }, OutputPath: "$.all", End: true }), {
      a: 1,
    });
    expect(done.output).toEqual({
      Execution: {
        Id: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:execution:machine:/),
        Input: { a: 1 },
        Name: expect.any(String),
        RoleArn: "arn:aws:iam::000000000000:role/machine",
        StartTime: "2026-01-01T00:00:00.000Z",
        RedriveCount: 0,
      },
      State: { Name: "S", EnteredTime: "2026-01-01T00:00:00.000Z" },
      StateMachine: { Id: "arn:aws:states:us-east-1:000000000000:stateMachine:machine", Name: "machine" },
    });
  });
});

describe("States.UUID", () => {
  it("gives each visit to a state another value, and a replay the same ones", async () => {
    const Parameters = { "id.$": "States.UUID()" };
    const definition = {
      StartAt: "First",
      States: {
        First: { Type: "Pass", Parameters, ResultPath: "$.first", Next: "Second" },
        Second: { Type: "Pass", Parameters, ResultPath: "$.second", End: true },
      },
    };
    const { output } = await runOnce(definition, {});
    const { first, second } = output as Record<"first" | "second", { readonly id: string }>;
    expect(first.id).not.toBe(second.id);
    expect((await runOnce(definition, {})).output).toEqual(output);
  });
});

describe("Choice", () => {
  const machine = (fields: object) => ({
    StartAt: "C",
    States: {
      C: { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "One" }], ...fields },
      One: { Type: "Pass", Result: "one", End: true },
      Other: { Type: "Pass", Result: "other", End: true },
    },
  });

  it("goes where the first true rule leads, else to Default", async () => {
    expect((await runOnce(machine({ Default: "Other" }), { n: 1 })).output).toBe("one");
    const other = await runOnce(machine({ Default: "Other" }), { n: 2 });
    expect(other.output).toBe("other");
    expect(other.types.slice(1, 3)).toEqual(["ChoiceStateEntered", "ChoiceStateExited"]);
  });

  it("fails with States.NoChoiceMatched without a Default, and States.Runtime for a missing variable", async () => {
    expect(await runOnce(machine({}), { n: 2 })).toMatchObject({ status: "FAILED", error: "States.NoChoiceMatched" });
    expect(await runOnce(machine({}), {})).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});

describe("Wait", () => {
  it.each<[string, object, object, number]>([
    ["Seconds", { Seconds: 10 }, {}, 10_000],
    ["SecondsPath", { SecondsPath: "$.s" }, { s: 86_400 }, day],
    ["Timestamp", { Timestamp: "2026-01-02T00:00:00Z" }, {}, day],
    ["TimestampPath", { TimestampPath: "$.t" }, { t: "2026-01-01T01:00:00+00:30" }, day / 48],
    ["a Timestamp that has passed", { Timestamp: "2020-01-01T00:00:00Z" }, {}, 0],
  ])("ends by %s", async (_name, fields, input, expected) => {
    const done = await runOnce(one({ Type: "Wait", ...fields, End: true }), input);
    const [entered, exited] = [done.events[1], done.events[2]];
    expect(exited?.type).toBe("WaitStateExited");
    expect((Number(exited?.timestamp) - Number(entered?.timestamp)) * 1_000).toBeCloseTo(expected, 0);
    expect(done).toMatchObject({ status: "SUCCEEDED", output: input, waiting: 0 });
  });

  it.each<[object, unknown]>([
    [{ SecondsPath: "$.s" }, {}],
    [{ SecondsPath: "$.s" }, { s: -1 }],
    [{ SecondsPath: "$.s" }, { s: "5" }],
    [{ TimestampPath: "$.s" }, { s: "tomorrow" }],
  ])("fails as States.Runtime for %j of %j", async (fields, input) => {
    const done = await runOnce(one({ Type: "Wait", ...fields, End: true }), input);
    expect(done).toMatchObject({ status: "FAILED", error: "States.Runtime", slept: [] });
  });
});

describe("Succeed", () => {
  it("ends with what its paths leave", async () => {
    const done = await runOnce(one({ Type: "Succeed", InputPath: "$.a", OutputPath: "$.b" }), { a: { b: 1 } });
    expect(done).toMatchObject({ status: "SUCCEEDED", output: 1 });
    expect(done.types).toEqual(["ExecutionStarted", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"]);
  });
});

describe("Fail", () => {
  it("ends with its error and cause, written down or taken from the input", async () => {
    expect(await runOnce(one({ Type: "Fail", Error: "E", Cause: "why" }), {})).toMatchObject({
      status: "FAILED",
      error: "E",
      cause: "why",
      types: ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"],
    });
    const paths = { Type: "Fail", ErrorPath: "$.e", CausePath: "States.Format('because of {}', $.c)" };
    expect(await runOnce(one(paths), { e: "E", c: "x" })).toMatchObject({ error: "E", cause: "because of x" });
  });

  it.each(["ErrorPath", "CausePath"])(
    "fails as States.Runtime if its %s leads to something else than a text",
    async (field) => {
      expect(await runOnce(one({ Type: "Fail", [field]: "$.number" }), { number: 7 })).toMatchObject({
        status: "FAILED",
        error: "States.Runtime",
        cause: expect.stringContaining(`The field '${field}' does not give a string: '$.number'`),
      });
    },
  );

  it("may have neither", async () => {
    const done = await runOnce(one({ Type: "Fail" }), {});
    expect(done.status).toBe("FAILED");
    expect([done.error, done.cause]).toEqual([undefined, undefined]);
  });
});
