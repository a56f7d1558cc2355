import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { functionArn, Harness, machine } from "./test-support/harness.ts";

const waiting = (fields: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  Parameters: { FunctionName: functionArn("hand-on"), Payload: { "token.$": "$$.Task.Token" } },
  ...("Next" in fields ? {} : { End: true }),
  ...fields,
});
const resource = (fields: object = {}) =>
  machine({
    StartAt: "Wait",
    States: { Wait: waiting(fields), ...("Catch" in fields ? { Caught: { Type: "Pass", End: true } } : {}) },
  });

let folder: string;
let harness: Harness | undefined;
let tokens: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-callbacks-"));
  tokens = [];
});
afterEach(async () => {
  await harness?.states.close();
  rmSync(folder, { recursive: true, force: true });
});

const handlers = {
  "hand-on": (input: unknown) => {
    tokens.push((input as { token: string }).token);
    return "taken";
  },
};

async function begin(fields: object = {}, name = "one"): Promise<{ harness: Harness; arn: string }> {
  harness = new Harness([resource(fields)], handlers, { dataDir: folder });
  return { harness, arn: await harness.start({}, name, resource().arn) };
}

/** Waits until the function has received the task's token and the call has returned. */
async function token(from: Harness, arn: string): Promise<string> {
  for (let turn = 0; turn < 10_000; turn += 1) {
    if ((await from.history(arn)).some(({ type }) => type === "TaskSubmitted")) return String(tokens.at(-1));
    await new Promise(setImmediate);
  }
  throw new Error("The task was never submitted.");
}

describe("a task that waits for a token", () => {
  it("ends with what SendTaskSuccess gives, which is on record when the call returns", async () => {
    const run = await begin();
    const taskToken = await token(run.harness, run.arn);
    await run.harness.call("SendTaskSuccess", { taskToken, output: '{"a":0.0}' });
    const events = await run.harness.history(run.arn);
    expect(events.map(({ type }) => type).slice(2, 6)).toEqual([
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
    ]);
    expect(events[2]?.taskScheduledEventDetails).toMatchObject({
      resource: "invoke.waitForTaskToken",
      resourceType: "lambda",
    });
    expect(events[4]?.taskSubmittedEventDetails?.output).toContain('"Payload":"taken"');
    expect(await run.harness.ended(run.arn)).toMatchObject({ status: "SUCCEEDED", output: '{"a":0}' });
    await expect(run.harness.call("SendTaskHeartbeat", { taskToken })).rejects.toMatchObject({ name: "TaskTimedOut" });
  });

  it("fails with the error of SendTaskFailure, or without one", async () => {
    const Catch = [
      { ErrorEquals: ["Odd"], Next: "Caught" },
      { ErrorEquals: ["States.ALL"], Next: "Caught" },
    ];
    const named = await begin({ Catch });
    const first = await token(named.harness, named.arn);
    await named.harness.call("SendTaskFailure", { taskToken: first, error: "Odd", cause: "why" });
    expect(await named.harness.ended(named.arn)).toMatchObject({ output: '{"Error":"Odd","Cause":"why"}' });
    const second = await named.harness.start({}, "two", resource().arn);
    await named.harness.call("SendTaskFailure", { taskToken: await token(named.harness, second) });
    expect(await named.harness.ended(second)).toMatchObject({ output: '{"Error":null,"Cause":null}' });
  });

  it("is given up without a heartbeat, and by Catch of that name or of any timeout", async () => {
    const run = await begin({ HeartbeatSeconds: 5, TimeoutSeconds: 600 });
    expect(await run.harness.ended(run.arn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
    expect((await run.harness.history(run.arn)).at(-2)?.taskTimedOutEventDetails).toEqual({
      resource: "invoke.waitForTaskToken",
      resourceType: "lambda",
      error: "States.Timeout",
    });
    expect(run.harness.clock.slept.at(-1)).toBe(5_000);
    await run.harness.states.close();
    const Catch = [{ ErrorEquals: ["States.HeartbeatTimeout"], Next: "Caught" }];
    const catching = await begin({ HeartbeatSeconds: 5, TimeoutSeconds: 600, Catch }, "caught");
    expect(await catching.harness.ended(catching.arn)).toMatchObject({ status: "SUCCEEDED" });
  });

  it("refuses a token that it never gave, and an output that is not JSON", async () => {
    const run = await begin();
    const taskToken = await token(run.harness, run.arn);
    for (const operation of ["SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"]) {
      const request = run.harness.call(operation, { taskToken: "NoSuchTaskToken", output: "1" });
      await expect(request).rejects.toMatchObject({ name: "InvalidToken", message: "Invalid Token: 'Invalid token'" });
    }
    await expect(run.harness.call("SendTaskSuccess", { taskToken, output: "{" })).rejects.toMatchObject({
      name: "InvalidOutput",
    });
    await run.harness.call("SendTaskSuccess", { taskToken, output: "1" });
  });

  it("waits for the same token after a restart", async () => {
    const run = await begin();
    const taskToken = await token(run.harness, run.arn);
    await run.harness.states.close();
    const next = new Harness([resource()], handlers, { dataDir: folder });
    harness = next;
    next.states.recover();
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    await next.call("SendTaskSuccess", { taskToken, output: '"late"' });
    expect(await next.ended(run.arn)).toMatchObject({ status: "SUCCEEDED", output: '"late"' });
    expect(next.invoker.calls).toEqual([]);
  });

  it("is refused in an Express workflow", async () => {
    const problems = () =>
      new Harness([machine({ StartAt: "Wait", States: { Wait: waiting() } }, { type: "EXPRESS" })]);
    expect(problems).toThrow("Express state machine does not support '.waitForTaskToken' service integration");
  });
});
