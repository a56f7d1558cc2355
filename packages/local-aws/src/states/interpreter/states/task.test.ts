import { describe, expect, it } from "vitest";
import { AwsError } from "../../../service.ts";
import { FunctionError, functionArn, task } from "../../test-support/harness.ts";
import { runOnce } from "../../test-support/run-once.ts";

const one = (state: object) => ({ StartAt: "Work", States: { Work: state } });
const never = () => new Promise(() => {});
const direct = { Type: "Task", Resource: functionArn("work"), End: true };

describe("lambda:invoke", () => {
  it("gives the result in the shape of AWS's integration and says in the history what was asked", async () => {
    const Parameters = { FunctionName: functionArn("work"), "Payload.$": "$" };
    const state = { ...task("work", { TimeoutSeconds: 9 }), Parameters, OutputPath: "$" };
    const done = await runOnce(one(state), { a: 1 }, { work: (input) => input });
    expect(done.output).toEqual({
      ExecutedVersion: "1",
      Payload: { a: 1 },
      SdkHttpMetadata: {
        AllHttpHeaders: expect.objectContaining({ "X-Amz-Executed-Version": ["1"], "x-amzn-RequestId": ["request"] }),
        HttpHeaders: expect.objectContaining({ "X-Amz-Executed-Version": "1", "Content-Length": "7" }),
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: "request" },
      StatusCode: 200,
    });
    const [, , scheduled, started, succeeded] = done.events;
    expect(scheduled?.taskScheduledEventDetails).toEqual({
      resource: "invoke",
      resourceType: "lambda",
      region: "us-east-1",
      parameters: JSON.stringify({ FunctionName: functionArn("work"), Payload: { a: 1 } }),
      timeoutInSeconds: 9,
    });
    expect(started?.taskStartedEventDetails).toEqual({ resource: "invoke", resourceType: "lambda" });
    expect(succeeded?.taskSucceededEventDetails).toMatchObject({
      resource: "invoke",
      outputDetails: { truncated: false },
    });
  });

  it("takes a function's name with a qualifier for its ARN, and no payload for an empty object", async () => {
    const state = {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "work", Qualifier: "live" },
      ResultSelector: { "sent.$": "$.Payload" },
      ResultPath: "$.result",
      End: true,
    };
    const done = await runOnce(one(state), { kept: 1 }, { work: (input) => input });
    expect(done.output).toEqual({ kept: 1, result: { sent: {} } });
  });

  it.each<[string, () => never, string, string]>([
    [
      "a function error by its type",
      () => fail(new FunctionError("MyError", "why")),
      "MyError",
      '"errorMessage":"why"',
    ],
    [
      "throttling",
      () => fail(new AwsError("TooManyRequestsException", "Rate.", 429)),
      "Lambda.TooManyRequestsException",
      "429",
    ],
    [
      "a denial",
      () => fail(new AwsError("AccessDeniedException", "No.", 403)),
      "Lambda.AWSLambdaException",
      "AccessDeniedException",
    ],
    [
      "an absent function",
      () => fail(new AwsError("ResourceNotFoundException", "?", 404)),
      "Lambda.ResourceNotFoundException",
      "404",
    ],
    ["a broken connection", () => fail(new Error("ECONNRESET")), "Lambda.SdkClientException", "ECONNRESET"],
  ])("names %s as AWS does", async (_what, work, error, cause) => {
    const done = await runOnce(one(task("work")), {}, { work });
    expect(done).toMatchObject({ status: "FAILED", error, cause: expect.stringContaining(cause) });
    expect(done.events.at(-2)).toMatchObject({
      type: "TaskFailed",
      taskFailedEventDetails: { resource: "invoke", resourceType: "lambda", error, cause: done.cause },
    });
  });

  it("fails as States.Runtime, which nothing catches, without a function's name or with a call it does not make", async () => {
    for (const Parameters of [
      { Payload: 1 },
      { FunctionName: "f", InvocationType: "Event" },
      { "FunctionName.$": "$.gone" },
    ]) {
      const state = { ...task("work"), Parameters, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] };
      const done = await runOnce({ StartAt: "Work", States: { Work: state, Caught: { Type: "Succeed" } } }, {}, {});
      expect(done).toMatchObject({ status: "FAILED", error: "States.Runtime" });
      expect(done.cause).toContain("An error occurred while executing the state 'Work' (entered at the event id #2).");
    }
  });
});

describe("a function's own ARN as Resource", () => {
  it("is called with the input, and its events are those of LambdaFunction", async () => {
    const done = await runOnce(one(direct), { a: 1 }, { work: (input) => [input] });
    expect(done.output).toEqual([{ a: 1 }]);
    expect(done.types.slice(2, 5)).toEqual([
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionSucceeded",
    ]);
    expect(done.events[2]?.lambdaFunctionScheduledEventDetails).toEqual({
      resource: functionArn("work"),
      input: '{"a":1}',
      inputDetails: { truncated: false },
    });
  });

  it("fails and times out under those names too", async () => {
    const failed = await runOnce(one(direct), {}, { work: () => fail(new FunctionError("Oops")) });
    expect(failed).toMatchObject({ error: "Oops", types: expect.arrayContaining(["LambdaFunctionFailed"]) });
    const late = await runOnce(one({ ...direct, TimeoutSeconds: 3 }), {}, { work: never });
    expect(late).toMatchObject({ error: "States.Timeout", types: expect.arrayContaining(["LambdaFunctionTimedOut"]) });
  });
});

describe("payloads", () => {
  const calls = async (Payload: unknown) => {
    const state = { ...task("work"), Parameters: { FunctionName: functionArn("work"), Payload } };
    return (await runOnce(one(state), {}, { work: (input) => input })).calls.map(({ payload }) => payload);
  };

  it("that are strings are the body itself, and null is an empty object", async () => {
    expect(await calls('{"a":[1]}')).toEqual([{ a: [1] }]);
    expect(await calls('"quoted"')).toEqual(["quoted"]);
    expect(await calls(null)).toEqual([{}]);
  });

  it("give the log's tail where LogType asks for it", async () => {
    const Parameters = { FunctionName: functionArn("work"), LogType: "Tail" };
    const done = await runOnce(one({ ...task("work"), Parameters, OutputPath: "$.LogResult" }), {}, { work: () => 1 });
    expect(done.output).toBe("");
  });

  it("keep the form of a number that passes through a function and a state", async () => {
    const done = await runOnce(one(direct), 0, { work: (input) => input });
    expect(done.output).toBe(0);
  });
});

describe("time limits", () => {
  const catching = (fields: object, names: readonly string[]) => ({
    StartAt: "Work",
    States: {
      Work: { ...task("work", fields), Catch: [{ ErrorEquals: names, ResultPath: "$.error", Next: "Caught" }] },
      Caught: { Type: "Pass", End: true },
    },
  });

  it("end a task after TimeoutSeconds, abort its call, and leave no timer", async () => {
    let received: AbortSignal | undefined;
    const done = await runOnce(
      catching({ TimeoutSeconds: 30 }, ["States.Timeout"]),
      {},
      {
        work: (_, signal) => {
          received = signal;
          return never();
        },
      },
    );
    expect(done.output).toEqual({ error: { Error: "States.Timeout", Cause: "" } });
    expect(done).toMatchObject({ slept: [30_000], waiting: 0 });
    expect(received?.aborted).toBe(true);
  });

  it("come from paths as well, and are positive whole numbers", async () => {
    const state = { TimeoutSecondsPath: "$.t", HeartbeatSecondsPath: "$.h" };
    const beat = await runOnce(catching(state, ["States.HeartbeatTimeout"]), { t: 60, h: 5 }, { work: never });
    expect(beat.output).toMatchObject({ error: { Error: "States.HeartbeatTimeout" } });
    expect(beat.events.map(({ type }) => type)).toContain("TaskTimedOut");
    expect(beat.slept).toEqual([5_000]);
    const wrong = await runOnce(catching(state, ["States.ALL"]), { t: 0, h: 5 }, { work: never });
    expect(wrong).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it("take a missed heartbeat for a kind of timeout, and States.TaskFailed for anything but a timeout", async () => {
    const beat = await runOnce(
      catching({ HeartbeatSeconds: 5, TimeoutSeconds: 9 }, ["States.Timeout"]),
      {},
      { work: never },
    );
    expect(beat.status).toBe("SUCCEEDED");
    const late = await runOnce(catching({ TimeoutSeconds: 5 }, ["States.TaskFailed"]), {}, { work: never });
    expect(late).toMatchObject({ status: "FAILED", error: "States.Timeout" });
  });

  it("end a whole machine as TIMED_OUT at any point", async () => {
    const done = await runOnce({ ...one(task("work")), TimeoutSeconds: 7 }, {}, { work: never });
    expect(done).toMatchObject({ status: "TIMED_OUT", output: undefined, slept: [7_000], waiting: 0 });
    expect(done.error).toBeUndefined();
    expect(done.types.at(-1)).toBe("ExecutionTimedOut");
  });
});

describe("sizes", () => {
  const big = "x".repeat(256 * 1024);
  const caught = (names: readonly string[]) => ({
    StartAt: "Work",
    States: {
      Work: { ...task("work", { Next: "End" }), Catch: [{ ErrorEquals: names, ResultPath: null, Next: "End" }] },
      End: { Type: "Succeed" },
    },
  });

  it("above 256 KiB are States.DataLimitExceeded, which States.ALL catches too", async () => {
    for (const name of ["States.ALL", "States.TaskFailed", "States.DataLimitExceeded"]) {
      const done = await runOnce(caught([name]), {}, { work: () => big });
      expect(done.status).toBe("SUCCEEDED");
      expect(done.types).toContain("TaskFailed");
    }
    const done = await runOnce(caught(["Other"]), {}, { work: () => big });
    expect(done).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
    expect(done.cause).toBe(
      "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
  });

  it("count for what a state passes on, also when no task made it", async () => {
    const double = { Type: "Pass", Parameters: { "a.$": "$.v", "b.$": "$.v" }, End: true };
    const done = await runOnce({ StartAt: "Double", States: { Double: double } }, { v: "x".repeat(140 * 1024) });
    expect(done).toMatchObject({ status: "FAILED", error: "States.DataLimitExceeded" });
  });
});

function fail(error: Error): never {
  throw error;
}
