import { afterEach, describe, expect, it } from "vitest";
import { AwsError } from "../service.ts";
import { bucket, distributed, reader, type WithBucket, withBucket, writer } from "./test-support/distributed.ts";
import { FunctionError, task } from "./test-support/harness.ts";

let current: WithBucket | undefined;
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

/** Starts a service whose roles lack one permission; `asked` lists the actions that the roles requested. */
async function lacking(denied: string, fields: object) {
  const asked: string[] = [];
  current = await withBucket(
    [distributed(fields)],
    { work: (input) => input },
    {
      authorizer: {
        authorize(caller, action, resource) {
          if (caller.roleArn === undefined) return;
          asked.push(`${action} ${resource}`);
          if (action === denied) throw new AwsError("AccessDeniedException", `No ${action} on ${resource}`, 403);
        },
      },
    },
  );
  await current.put("items.json", '["a"]');
  return { ...current, asked };
}

const fields = { ...reader("items.json"), ...writer() };

describe("the role of a machine with a Distributed Map", () => {
  it("is asked for its own machine, its executions, the items and the results, and for nothing else", async () => {
    const { harness, asked } = await lacking("", fields);
    const arn = await harness.start({}, "parent");
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    const own = "arn:aws:states:us-east-1:000000000000";
    const resources = [...new Set(asked)].map((line) => line.replace(/[0-9a-f-]{36}/, "UUID"));
    expect(resources.toSorted()).toEqual([
      `s3:AbortMultipartUpload arn:aws:s3:::${bucket}/runs/UUID/manifest.json`,
      `s3:GetObject arn:aws:s3:::${bucket}/items.json`,
      `s3:GetObject arn:aws:s3:::${bucket}/runs/UUID/manifest.json`,
      `s3:ListMultipartUploadParts arn:aws:s3:::${bucket}/runs/UUID/manifest.json`,
      `s3:PutObject arn:aws:s3:::${bucket}/runs/UUID/SUCCEEDED_0.json`,
      `s3:PutObject arn:aws:s3:::${bucket}/runs/UUID/manifest.json`,
      `states:DescribeExecution ${own}:execution:machine:parent`,
      `states:StartExecution ${own}:stateMachine:machine`,
      `states:StopExecution ${own}:execution:machine:parent`,
    ]);
  });

  it.each([
    ["states:StartExecution", "StepFunctions.AWSStepFunctionsException"],
    ["states:DescribeExecution", "StepFunctions.AWSStepFunctionsException"],
    ["states:StopExecution", "StepFunctions.AWSStepFunctionsException"],
    ["s3:PutObject", "States.ResultWriterFailed"],
    ["s3:ListMultipartUploadParts", "States.ResultWriterFailed"],
    ["s3:AbortMultipartUpload", "States.ResultWriterFailed"],
  ])("without %s fails the Map Run as %s before anything runs, naming the action", async (action, error) => {
    const { harness } = await lacking(action, fields);
    const arn = await harness.start({});
    expect(await harness.ended(arn)).toMatchObject({
      status: "FAILED",
      error,
      cause: expect.stringContaining(`No ${action} on arn:`),
    });
    expect(harness.invoker.calls).toEqual([]);
    const types = (await harness.history(arn)).map(({ type }) => type);
    expect(types.slice(-4)).toEqual(["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
  });

  it("without s3:GetObject fails as States.ItemReaderFailed, naming the object", async () => {
    const { harness } = await lacking("s3:GetObject", reader("items.json"));
    expect(await harness.ended(await harness.start({}))).toMatchObject({
      error: "States.ItemReaderFailed",
      cause: expect.stringMatching(
        /No s3:GetObject on .*Error Code: AccessDenied; reading the object "s3:\/\/data\/items.json"/,
      ),
    });
  });
});

describe("an error of a Distributed Map", () => {
  const caught = (name: string, more: object) => {
    const definition = {
      StartAt: "Each",
      States: {
        Each: {
          ...JSON.parse(distributed(more).definition).States.Each,
          End: undefined,
          Next: "Unreached",
          Catch: [{ ErrorEquals: [name], ResultPath: "$.caught", Next: "Kept" }],
        },
        Unreached: { Type: "Fail" },
        Kept: { Type: "Pass", OutputPath: "$.caught.Error", End: true },
      },
    };
    return { ...distributed(), definition: JSON.stringify(definition) };
  };

  it.each([
    ["States.ItemReaderFailed", reader("missing.json")],
    ["States.ItemReaderFailed", reader("object.json")],
    [
      "States.ResultWriterFailed",
      {
        ItemsPath: "$.items",
        ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "another" } },
      },
    ],
    ["States.ExceedToleratedFailureThreshold", { ItemsPath: "$.items" }],
    ["States.ExceedToleratedFailureThreshold", { ItemsPath: "$.items", ToleratedFailurePercentage: 49 }],
    ["States.DataLimitExceeded", { ItemsPath: "$.items", ItemSelector: { "all.$": "$.large" } }],
    ["States.DataLimitExceeded", { ItemsPath: "$.items", ToleratedFailureCount: 1, ItemProcessor: large }],
  ])("is caught as %s (%#)", async (name, more) => {
    const machine = caught(name, more);
    current = await withBucket([machine], {
      work: (input) => {
        if (input === "bad") throw new FunctionError("Bad");
        return input;
      },
      large: () => "x".repeat(150_000),
    });
    await current.put("object.json", '{"no":"array"}');
    const input = { items: ["good", "bad"], large: "x".repeat(name === "States.DataLimitExceeded" ? 131_000 : 0) };
    const definition = JSON.parse(machine.definition);
    if (definition.States.Each.ItemSelector) input.large += "é".repeat(65_000);
    const { harness } = current;
    expect(await harness.ended(await harness.start(input))).toMatchObject({ status: "SUCCEEDED", output: `"${name}"` });
  });
});

const large = {
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
  StartAt: "Large",
  States: { Large: task("large") },
};
