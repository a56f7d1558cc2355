import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  ValidateStateMachineDefinitionCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AwsError } from "../../service.ts";
import { FunctionError, Harness, machine, task } from "../test-support/harness.ts";
import { serveStates } from "../test-support/server.ts";

const work = machine({ StartAt: "Work", States: { Work: task("work") } }, { name: "work" });
const express = machine({ StartAt: "Work", States: { Work: task("work") } }, { name: "express", type: "EXPRESS" });

let broken = false;
let harness: Harness;
let server: Awaited<ReturnType<typeof serveStates>>;
let release: () => void;

beforeEach(async () => {
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  broken = false;
  harness = new Harness(
    [work, express],
    {
      work: async (input) => {
        if (input === "wait") await gate;
        if (input === "fail" || broken) throw new FunctionError("Broken");
        return { done: input };
      },
    },
    {
      authorizer: {
        authorize(caller, action, resource) {
          if (caller.roleArn === undefined) return;
          throw new AwsError("AccessDeniedException", `${caller.arn} may not ${action} on ${resource}`);
        },
      },
    },
  );
  server = await serveStates(harness.states.service);
});

afterEach(async () => {
  release();
  await server.close();
  await harness.stop();
});

function start(input: unknown, name?: string) {
  return server.client.send(
    new StartExecutionCommand({ stateMachineArn: work.arn, name, input: JSON.stringify(input) }),
  );
}

async function ended(executionArn: string | undefined): Promise<ExecutionStatus | undefined> {
  for (;;) {
    const { status } = await server.client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== "RUNNING") return status;
  }
}

describe("StartExecution", () => {
  it("gives the running execution again for the same name and input, and refuses every other use of the name", async () => {
    const first = await start("wait", "order-1");
    const second = await start("wait", "order-1");
    expect(second.executionArn).toBe(first.executionArn);
    expect(second.startDate).toEqual(first.startDate);
    await expect(start("other", "order-1")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    release();
    expect(await ended(first.executionArn)).toBe("SUCCEEDED");
    await expect(start("wait", "order-1")).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect(harness.invoker.calls).toHaveLength(1);
  });

  it.each(["", "with space", "slash/", "star*", "tab\t", "x".repeat(81), "ütf:"])(
    "refuses the name %j",
    async (name) => {
      await expect(start({}, name)).rejects.toMatchObject({ name: "InvalidName" });
    },
  );

  it("refuses input that is not JSON or larger than 256 KiB", async () => {
    const send = (input: string) => server.client.send(new StartExecutionCommand({ stateMachineArn: work.arn, input }));
    await expect(send("{")).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(send(JSON.stringify("x".repeat(256 * 1024)))).rejects.toMatchObject({ name: "InvalidExecutionInput" });
    await expect(send(JSON.stringify("x".repeat(200 * 1024)))).resolves.toBeDefined();
  });

  it("tells ARNs that are wrong from machines that are absent", async () => {
    const send = (stateMachineArn: string) => server.client.send(new StartExecutionCommand({ stateMachineArn }));
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
    await expect(harness.call("StartExecution", { stateMachineArn: `${work.arn}-gone` }, role)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("states:StartExecution"),
    });
  });
});

describe("executions that ended", () => {
  it("are described with input, output, times and whether they can be redriven", async () => {
    const { executionArn } = await start("a", "one");
    await ended(executionArn);
    expect(await server.client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      executionArn,
      stateMachineArn: work.arn,
      name: "one",
      status: "SUCCEEDED",
      startDate: expect.any(Date),
      stopDate: expect.any(Date),
      input: '"a"',
      inputDetails: { included: true },
      output: '{"done":"a"}',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: "NOT_REDRIVABLE",
    });
    await expect(
      server.client.send(new DescribeExecutionCommand({ executionArn: `${executionArn}-gone` })),
    ).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
  });

  it("have a history in pages, forwards, backwards, with and without data", async () => {
    const { executionArn } = await start("a");
    await ended(executionArn);
    const ids: (number | undefined)[] = [];
    const pages = paginateGetExecutionHistory({ client: server.client, pageSize: 3 }, { executionArn });
    for await (const { events = [] } of pages) ids.push(...events.map(({ id }) => id));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const backwards = await server.client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
    );
    expect(backwards.events?.map(({ type }) => type)).toEqual(["ExecutionSucceeded", "TaskStateExited"]);
    expect(backwards.events?.[0]?.executionSucceededEventDetails).toEqual({
      output: '{"done":"a"}',
      outputDetails: { truncated: false },
    });
    await expect(
      server.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken: backwards.nextToken })),
    ).rejects.toMatchObject({ name: "InvalidToken" });
    const bare = await server.client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(bare.events?.[0]?.executionStartedEventDetails).toEqual({ roleArn: work.roleArn });
    expect(JSON.stringify(bare.events)).not.toContain('\\"a\\"');
  });

  it("are listed newest first, in pages, by status", async () => {
    for (let index = 0; index < 5; index += 1)
      await ended((await start(index % 2 ? "fail" : "ok", `n${index}`)).executionArn);
    const names: (string | undefined)[] = [];
    const pages = paginateListExecutions({ client: server.client, pageSize: 2 }, { stateMachineArn: work.arn });
    for await (const { executions = [] } of pages) names.push(...executions.map(({ name }) => name));
    expect(names).toEqual(["n4", "n3", "n2", "n1", "n0"]);
    const failed = await server.client.send(
      new ListExecutionsCommand({ stateMachineArn: work.arn, statusFilter: "FAILED" }),
    );
    expect(failed.executions?.map(({ name }) => name)).toEqual(["n3", "n1"]);
    await expect(
      server.client.send(new ListExecutionsCommand({ stateMachineArn: work.arn, maxResults: 1001 })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("go on from the failed state when they are redriven, once", async () => {
    broken = true;
    const { executionArn } = await start("a");
    expect(await ended(executionArn)).toBe("FAILED");
    broken = false;
    await server.client.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(executionArn)).toBe("SUCCEEDED");
    const { events = [] } = await server.client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.slice(6).map(({ type }) => type)).toEqual([
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    await expect(server.client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
    });
  });
});

describe("StopExecution", () => {
  it("ends a running execution as ABORTED with its error and cause, and cancels the call", async () => {
    const { executionArn } = await start("wait");
    const { stopDate } = await server.client.send(
      new StopExecutionCommand({ executionArn, error: "Enough", cause: "by hand" }),
    );
    const described = await server.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: "ABORTED", error: "Enough", cause: "by hand", stopDate });
    release();
    const { events = [] } = await server.client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "Enough" },
    });
    await server.client.send(new StopExecutionCommand({ executionArn }));
    expect((await server.client.send(new DescribeExecutionCommand({ executionArn }))).error).toBe("Enough");
  });
});

describe("Express", () => {
  it("answers StartSyncExecution with 200 also when the execution failed", async () => {
    const send = (input: string) =>
      server.client.send(new StartSyncExecutionCommand({ stateMachineArn: express.arn, name: "now", input }));
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
    const { executionArn } = await server.client.send(new StartExecutionCommand({ stateMachineArn: express.arn }));
    await expect(server.client.send(new DescribeExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
    await expect(server.client.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
    const unsupported = { name: "StateMachineTypeNotSupported" };
    await expect(server.client.send(new ListExecutionsCommand({ stateMachineArn: express.arn }))).rejects.toMatchObject(
      unsupported,
    );
    await expect(
      server.client.send(new StartSyncExecutionCommand({ stateMachineArn: work.arn })),
    ).rejects.toMatchObject(unsupported);
  });
});

describe("state machines", () => {
  it("are listed and described, an execution's own definition too after an update", async () => {
    const { executionArn } = await start("wait");
    const changed = { ...work, definition: JSON.stringify({ StartAt: "New", States: { New: { Type: "Succeed" } } }) };
    harness.states.update([changed]);
    const { stateMachines } = await server.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map(({ name, type }) => [name, type])).toEqual([["work", "STANDARD"]]);
    const now = await server.client.send(new DescribeStateMachineCommand({ stateMachineArn: work.arn }));
    expect(now).toMatchObject({
      definition: changed.definition,
      status: "ACTIVE",
      loggingConfiguration: { level: "OFF" },
    });
    const then = await server.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(then.definition).toBe(work.definition);
    release();
    expect(await ended(executionArn)).toBe("SUCCEEDED");
    expect(harness.invoker.calls).toHaveLength(1);
  });

  it("keep serving as they were when an update cannot run", async () => {
    const distributed = machine({
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          ItemProcessor: {
            ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
            StartAt: "One",
            States: { One: { Type: "Pass", End: true } },
          },
          End: true,
        },
      },
    });
    expect(() => harness.states.update([distributed])).toThrow(/state 'Each' is a Distributed Map/);
    expect(() => harness.states.update([machine("{")])).toThrow(/not JSON/);
    expect(() => harness.states.update([machine({ StartAt: "A", States: {} })])).toThrow(/"machine"/);
    expect(await ended((await start("a")).executionArn)).toBe("SUCCEEDED");
  });

  it("are judged by ValidateStateMachineDefinition", async () => {
    const judge = (definition: string) => server.client.send(new ValidateStateMachineDefinitionCommand({ definition }));
    expect(await judge(work.definition)).toMatchObject({ result: "OK", diagnostics: [] });
    const missing = await judge(JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } }));
    expect(missing.result).toBe("FAIL");
    expect(missing.diagnostics).toContainEqual({
      severity: "ERROR",
      code: "MISSING_TRANSITION_TARGET",
      message: expect.stringContaining("B"),
    });
  });
});

it("refuses operations that it does not know and bodies that are not JSON objects", async () => {
  await expect(harness.call("DeleteStateMachine", {})).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(harness.call("toString", {})).rejects.toMatchObject({ name: "UnknownOperationException" });
  await expect(harness.call("ListExecutions", [])).rejects.toMatchObject({ name: "SerializationException" });
  await expect(harness.call("ListExecutions", {})).rejects.toMatchObject({ name: "ValidationException" });
});
