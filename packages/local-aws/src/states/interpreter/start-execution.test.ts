import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../../service.ts";
import { Harness, machine } from "../test-support/harness.ts";

const inner = machine(
  { StartAt: "Done", States: { Done: { Type: "Pass", Result: "done", End: true } } },
  { name: "inner" },
);
const waiting = machine(
  { StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 3_600, End: true } } },
  { name: "waiting" },
);
const outer = (parameters: object, fields: object = {}, others: object = {}) =>
  machine({
    StartAt: "Start",
    States: {
      Start: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution",
        Parameters: parameters,
        End: true,
        ...fields,
      },
      ...others,
    },
  });
const named = (StateMachineArn: string) => ({ StateMachineArn, "Name.$": "$$.Execution.Name", "Input.$": "$" });
const executionOf = ({ arn }: { readonly arn: string }, name: string) =>
  `${arn.replace(":stateMachine:", ":execution:")}:${name}`;

describe("states:startExecution", () => {
  let harness: Harness;
  afterEach(() => harness.stop());

  it("starts an execution by name and input, and gives its ARN and start in the shape of AWS's integration", async () => {
    harness = new Harness([outer(named(inner.arn)), inner]);
    const arn = await harness.start({ a: 1 }, "one");
    expect(JSON.parse((await harness.ended(arn)).output ?? "")).toEqual({
      ExecutionArn: executionOf(inner, "one"),
      SdkHttpMetadata: {
        AllHttpHeaders: expect.objectContaining({ "Content-Type": ["application/x-amz-json-1.0"] }),
        HttpHeaders: expect.objectContaining({ connection: "keep-alive" }),
        HttpStatusCode: 200,
      },
      SdkResponseMetadata: { RequestId: expect.any(String) },
      StartDate: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await harness.ended(executionOf(inner, "one"))).toMatchObject({ status: "SUCCEEDED", output: '"done"' });
    const [started] = await harness.history(executionOf(inner, "one"));
    expect(started?.executionStartedEventDetails?.input).toBe('{"a":1}');
    const [, , scheduled, begun, succeeded] = await harness.history(arn);
    expect(scheduled?.taskScheduledEventDetails).toEqual({
      resource: "startExecution",
      resourceType: "states",
      region: "us-east-1",
      parameters: JSON.stringify({ StateMachineArn: inner.arn, Name: "one", Input: { a: 1 } }),
    });
    expect(begun?.taskStartedEventDetails).toEqual({ resource: "startExecution", resourceType: "states" });
    expect(succeeded?.type).toBe("TaskSucceeded");
  });

  it.each([
    ["a string as the input's text", { Input: '[ "text" ]' }, '[ "text" ]'],
    ["an object without an input", {}, "{}"],
    ["an object for null", { Input: null }, "{}"],
  ])("passes %s", async (_what, parameters, input) => {
    harness = new Harness([outer({ StateMachineArn: inner.arn, Name: "given", ...parameters }), inner]);
    await harness.ended(await harness.start({}));
    const [started] = await harness.history(executionOf(inner, "given"));
    expect(started?.executionStartedEventDetails?.input).toBe(input);
  });

  it("names an execution without a name like AWS, with a UUID", async () => {
    harness = new Harness([outer({ StateMachineArn: inner.arn }), inner]);
    const { output = "" } = await harness.ended(await harness.start({}));
    expect((JSON.parse(output) as { ExecutionArn: string }).ExecutionArn).toMatch(
      /:inner:[0-9a-f]{8}(-[0-9a-f]{4}){3}-/,
    );
  });

  it("finds the execution that runs with the same name and input", async () => {
    harness = new Harness([outer(named(waiting.arn)), waiting]);
    await harness.start(5, "same", waiting.arn);
    expect(await harness.ended(await harness.start(5, "same"))).toMatchObject({ status: "SUCCEEDED" });
  });

  it("reports a name that is taken by its error, which a Catch can name", async () => {
    const Catch = [{ ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"], Next: "Taken" }];
    harness = new Harness([outer(named(inner.arn), { Catch }, { Taken: { Type: "Succeed" } }), inner]);
    await harness.ended(await harness.start(1, "taken", inner.arn));
    const { status, output = "" } = await harness.ended(await harness.start(2, "taken"));
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output)).toEqual({
      Error: "StepFunctions.ExecutionAlreadyExistsException",
      Cause: expect.stringContaining("Execution Already Exists"),
    });
  });

  it.each([
    ["ThrottlingException", "StepFunctions.AWSStepFunctionsException"],
    ["ExecutionLimitExceeded", "StepFunctions.ExecutionLimitExceededException"],
  ])("retries a start that is refused with %s", async (refusal, error) => {
    let refusals = 3;
    const retrier = { ErrorEquals: [error], IntervalSeconds: 10, MaxAttempts: 3 };
    const harnessed: Harness = new Harness(
      [outer(named(inner.arn), { Retry: [retrier] }), inner],
      {},
      {
        integration: async (request, caller) => {
          refusals -= 1;
          if (refusals >= 0) throw new AwsError(refusal, "Not now.");
          return harnessed.states.service(request, caller);
        },
      },
    );
    harness = harnessed;
    expect(await harness.ended(await harness.start(1, "again"))).toMatchObject({ status: "SUCCEEDED" });
    expect(harness.clock.slept).toEqual([10_000, 20_000, 40_000]);
  });

  it("does not start a second execution if the process ends before the first one is recorded", async () => {
    const machines = [outer({ StateMachineArn: waiting.arn, "Input.$": "$" }), waiting];
    const lost: Harness = new Harness(
      machines,
      {},
      {
        integration: async (request, caller) => {
          await lost.states.service(request, caller);
          return new Promise(() => {});
        },
      },
    );
    harness = lost;
    const startedBy = async (service: Harness): Promise<readonly unknown[]> =>
      (await service.call<{ executions: unknown[] }>("ListExecutions", { stateMachineArn: waiting.arn })).executions;
    const arn = await lost.start(1);
    while ((await startedBy(lost)).length === 0) await new Promise(setImmediate);
    await lost.states.close();
    harness = new Harness(machines, {}, { dataDir: lost.folder });
    harness.states.recover();
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await startedBy(harness)).toHaveLength(1);
  });

  it("needs the permission of the machine's role, for the qualifier that it names", async () => {
    const asked: unknown[] = [];
    harness = new Harness(
      [outer(named(`${inner.arn}:live`)), inner],
      {},
      {
        authorizer: {
          authorize(caller, action, resource, context) {
            if (caller.roleArn === undefined) return;
            asked.push([action, resource, context]);
            throw new AwsError("AccessDeniedException", "The role may not.");
          },
        },
      },
    );
    expect(await harness.ended(await harness.start(1))).toMatchObject({
      status: "FAILED",
      error: "StepFunctions.AWSStepFunctionsException",
      cause: expect.stringContaining("AccessDeniedException"),
    });
    expect(asked).toEqual([["states:StartExecution", inner.arn, { "states:StateMachineQualifier": "live" }]]);
  });

  it("needs a machine", async () => {
    harness = new Harness([outer({ Name: "x" })]);
    expect(await harness.ended(await harness.start(1))).toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });

  it.each([".sync", ".sync:2", ".waitForTaskToken"])(
    "is refused at the start with %s, which is not served",
    (pattern) => {
      harness = new Harness([]);
      const Resource = `arn:aws:states:::states:startExecution${pattern}`;
      expect(() => harness.states.update([outer(named(inner.arn), { Resource })])).toThrow(/this runtime runs/);
    },
  );
});
