import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { ended, express, start, useApi, work } from "../test-support/api-fixture.ts";

const api = useApi();

describe("StartExecution", () => {
  it("gives the running execution again for the same name and input, and refuses every other use of the name", async () => {
    const first = await start(api(), "wait", "order-1");
    const second = await start(api(), "wait", "order-1");
    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    await expect(start(api(), "other", "order-1")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    api().release();
    expect(await ended(api(), first.executionArn)).toBe("SUCCEEDED");
    await expect(start(api(), "wait", "order-1")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect(api().harness.invoker.calls).toHaveLength(1);
  });

  it.each(["", "with space", "slash/", "star*", "tab\t", "x".repeat(81), "ütf:"])(
    "refuses the name %j",
    async (name) => {
      await expect(start(api(), {}, name)).rejects.toMatchObject({ name: "InvalidName" });
    },
  );

  it("refuses input that is not JSON or larger than 256 KiB", async () => {
    const send = (input: string) => api().client.send(new StartExecutionCommand({ stateMachineArn: work.arn, input }));
    await expect(send("{")).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(send(JSON.stringify("x".repeat(256 * 1024)))).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(send(JSON.stringify("x".repeat(200 * 1024)))).resolves.toBeDefined();
  });

  it("distinguishes invalid ARNs from missing machines", async () => {
    const send = (stateMachineArn: string) => api().client.send(new StartExecutionCommand({ stateMachineArn }));
    await expect(send("nonsense")).rejects.toMatchObject({ name: "InvalidArn" });
    await expect(send(work.arn.replace(":stateMachine:", ":execution:"))).rejects.toMatchObject({ name: "InvalidArn" });
    await expect(send(`${work.arn}-gone`)).rejects.toMatchObject({ name: "StateMachineDoesNotExist" });
  });

  it("asks the authorizer before it looks whether the machine exists", async () => {
    const role = {
      accessKeyId: "role",
      arn: "arn:aws:iam::000000000000:role/r",
      roleArn: "arn:aws:iam::000000000000:role/r",
    };
    await expect(
      api().harness.call("StartExecution", { stateMachineArn: `${work.arn}-gone` }, role),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("states:StartExecution"),
    });
  });
});

describe("Express", () => {
  it("returns 200 for StartSyncExecution even if the execution failed", async () => {
    const send = (input: string) =>
      api().client.send(new StartSyncExecutionCommand({ stateMachineArn: express.arn, name: "now", input }));
    expect(await send('"a"')).toMatchObject({
      $metadata: { httpStatusCode: 200 },
      status: "SUCCEEDED",
      output: '{"done":"a"}',
      executionArn: expect.stringMatching(/^arn:aws:states:us-east-1:000000000000:express:express:now:[0-9a-f-]{36}$/),
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
    expect(await send('"fail"')).toMatchObject({
      $metadata: { httpStatusCode: 200 },
      status: "FAILED",
      error: "Broken",
      cause: expect.stringContaining("It failed."),
    });
  });

  it("has no description, history or list, and a Standard machine has no StartSyncExecution", async () => {
    const { executionArn } = await api().client.send(new StartExecutionCommand({ stateMachineArn: express.arn }));
    await expect(api().client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
    await expect(api().client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
    const unsupported = { name: "StateMachineTypeNotSupported" };
    await expect(api().client.send(new ListExecutionsCommand({ stateMachineArn: express.arn }))).rejects.toMatchObject(
      unsupported,
    );
    await expect(api().client.send(new StartSyncExecutionCommand({ stateMachineArn: work.arn }))).rejects.toMatchObject(
      unsupported,
    );
  });
});
