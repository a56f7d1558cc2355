import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it } from "vitest";
import { deferred } from "./deferred.ts";
import { distributed, type WithBucket, withBucket, writer } from "./test-support/distributed.ts";
import { FunctionError, type Handlers, type Harness } from "./test-support/harness.ts";
import { serveStates } from "./test-support/server.ts";

let current: WithBucket | undefined;
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
  await current?.stop();
  current = undefined;
});

async function started(fields: object, handlers: Handlers, executionType = "STANDARD") {
  current = await withBucket([distributed(fields, executionType)], handlers);
  const server = await serveStates(current.harness.states.service);
  endings.push(() => server.close());
  return { ...current, client: server.client };
}

async function mapRunOf(harness: Harness, executionArn: string): Promise<string> {
  for (;;) {
    const { mapRuns } = await harness.call<{ mapRuns: { mapRunArn: string }[] }>("ListMapRuns", { executionArn });
    if (mapRuns[0] !== undefined) return mapRuns[0].mapRunArn;
    await new Promise(setImmediate);
  }
}

async function calls(harness: Harness, count: number): Promise<void> {
  while (harness.invoker.calls.length < count) await new Promise(setImmediate);
}

describe("the API of Map Runs", () => {
  it("describes a Map Run while it runs and once it has ended, its children by their own ARNs", async () => {
    const gate = deferred();
    const work = async (input: unknown) => {
      if (JSON.stringify(input).includes("3")) await gate.promise;
      return input;
    };
    const fields = {
      MaxConcurrency: 2,
      ItemBatcher: { MaxItemsPerBatch: 2 },
      ToleratedFailurePercentage: 5,
      ...writer(),
    };
    const { harness, client } = await started(fields, { work });
    const executionArn = await harness.start([1, 2, 3, 4, 5]);
    await calls(harness, 3);
    const mapRunArn = await mapRunOf(harness, executionArn);
    const running = await client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(running).toMatchObject({
      mapRunArn,
      executionArn,
      status: "RUNNING",
      maxConcurrency: 2,
      toleratedFailurePercentage: 5,
      toleratedFailureCount: 0,
      redriveCount: 0,
      startDate: expect.any(Date),
      itemCounts: { total: 5, pending: 0, failed: 0, resultsWritten: 0 },
      executionCounts: { total: 3, pending: 0 },
    });
    expect(running.stopDate).toBeUndefined();
    gate.resolve();
    expect(await harness.ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    expect(await client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: "SUCCEEDED",
      stopDate: expect.any(Date),
      itemCounts: { total: 5, succeeded: 5, resultsWritten: 5 },
      executionCounts: { total: 3, succeeded: 3, resultsWritten: 3 },
    });
    const listed = await client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "SUCCEEDED" }));
    expect(listed.executions?.map(({ itemCount }) => itemCount)).toEqual([1, 2, 2]);
    expect((await client.send(new ListMapRunsCommand({ executionArn }))).mapRuns).toHaveLength(1);
    const child = listed.executions?.at(-1)?.executionArn;
    expect(await client.send(new DescribeExecutionCommand({ executionArn: child }))).toMatchObject({
      mapRunArn,
      input: '{"Items":[1,2]}',
      output: '{"Items":[1,2]}',
      stateMachineArn: expect.stringMatching(/stateMachine:machine\/Each$/),
    });
    const history = await client.send(new GetExecutionHistoryCommand({ executionArn: child }));
    expect(history.events?.at(-1)?.type).toBe("ExecutionSucceeded");
    const { stateMachineArn } = running as { stateMachineArn?: string };
    const parents = await client.send(
      new ListExecutionsCommand({ stateMachineArn: stateMachineArn ?? distributed().arn }),
    );
    expect(parents.executions?.map((execution) => execution.executionArn)).toEqual([executionArn]);
  });

  it("describes Express children too, but has no history of them", async () => {
    const { harness, client } = await started({}, { work: (input) => input }, "EXPRESS");
    const executionArn = await harness.start(["a"]);
    await harness.ended(executionArn);
    const mapRunArn = await mapRunOf(harness, executionArn);
    const { executions = [] } = await client.send(new ListExecutionsCommand({ mapRunArn }));
    const child = executions[0]?.executionArn;
    expect(child).toMatch(/:express:machine\/Each:[0-9a-f-]{36}:[0-9a-f-]{36}$/);
    expect(await client.send(new DescribeExecutionCommand({ executionArn: child }))).toMatchObject({ output: '"a"' });
    await expect(client.send(new GetExecutionHistoryCommand({ executionArn: child }))).rejects.toMatchObject({
      name: "InvalidArn",
    });
  });

  it("ends Express children after five minutes, as Express executions end", async () => {
    const { harness } = await started({ ToleratedFailureCount: 1 }, { work: () => new Promise(() => {}) }, "EXPRESS");
    const ended = await harness.ended(await harness.start(["a"]));
    expect(JSON.parse(ended.output ?? "")).toMatchObject([{ Status: "TIMED_OUT", Input: '"a"' }]);
    expect(harness.clock.slept).toContain(300_000);
  });

  it("changes how many run at once and how many may fail while the Map Run goes on", async () => {
    const gate = deferred();
    const work = async (input: unknown) => {
      await gate.promise;
      if (input === 3) throw new FunctionError("Broken");
      return input;
    };
    const { harness, client } = await started({ MaxConcurrency: 1 }, { work });
    const executionArn = await harness.start([1, 2, 3]);
    await calls(harness, 1);
    const mapRunArn = await mapRunOf(harness, executionArn);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(harness.invoker.calls).toHaveLength(1);
    await client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 3, toleratedFailureCount: 1 }));
    await calls(harness, 3);
    gate.resolve();
    expect(await harness.ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
    await expect(client.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    await expect(client.send(new DescribeMapRunCommand({ mapRunArn: `${mapRunArn}0` }))).rejects.toMatchObject({
      name: "ResourceNotFound",
    });
  });
});

describe("an execution that ends before its Map Run", () => {
  it.each([
    ["StopExecution", "ABORTED", {}],
    ["its own time", "TIMED_OUT", { TimeoutSeconds: 60 }],
  ])("by %s takes the children with it", async (_, status, machineFields) => {
    const machine = distributed({ MaxConcurrency: 2 });
    const definition = JSON.stringify({ ...JSON.parse(machine.definition), ...machineFields });
    current = await withBucket([{ ...machine, definition }], { work: () => new Promise(() => {}) });
    const { harness } = current;
    const server = await serveStates(harness.states.service);
    endings.push(() => server.close());
    const executionArn = await harness.start([1, 2, 3]);
    await calls(harness, 2);
    if (status === "ABORTED") await server.client.send(new StopExecutionCommand({ executionArn }));
    expect(await harness.ended(executionArn)).toMatchObject({ status });
    const events = await harness.history(executionArn);
    const last = events.slice(-3).map(({ type, id, previousEventId }) => [type, previousEventId, id] as const);
    const [, [, , aborted] = []] = last;
    expect(last.map(([type]) => type)).toEqual([
      "MapRunStarted",
      "MapRunAborted",
      status === "ABORTED" ? "ExecutionAborted" : "ExecutionTimedOut",
    ]);
    // As in AWS's histories: a stop names no previous event, a timeout names the end of the Map Run.
    expect(last[2]?.[1]).toBe(status === "ABORTED" ? 0 : aborted);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    const mapRunArn = await mapRunOf(harness, executionArn);
    expect(await server.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: "ABORTED",
      executionCounts: { total: 3, aborted: 2, running: 0, pending: 1 },
    });
    expect(harness.invoker.calls).toHaveLength(2);
  });
});

describe("a redrive", () => {
  it.each(["STANDARD", "EXPRESS"])("does again only what failed or was never begun, with %s children", async (type) => {
    let broken = true;
    const work = (input: unknown) => {
      if (broken && input === 2) throw new FunctionError("Broken");
      return Number(input) * 10;
    };
    const { harness, client } = await started({ MaxConcurrency: 1 }, { work }, type);
    const executionArn = await harness.start([1, 2, 3]);
    expect(await harness.ended(executionArn)).toMatchObject({ status: "FAILED" });
    const mapRunArn = await mapRunOf(harness, executionArn);
    const failed = await client.send(new ListExecutionsCommand({ mapRunArn, statusFilter: "FAILED" }));
    const child = failed.executions?.[0]?.executionArn;
    await expect(harness.call("RedriveExecution", { executionArn: child })).rejects.toMatchObject({
      name: type === "STANDARD" ? "ExecutionNotRedrivable" : "InvalidArn",
    });
    broken = false;
    harness.invoker.calls.length = 0;
    await harness.call("RedriveExecution", { executionArn });
    expect(await harness.ended(executionArn)).toMatchObject({ status: "SUCCEEDED", output: "[10,20,30]" });
    expect(harness.invoker.calls.map(({ payload }) => payload)).toEqual([2, 3]);
    const events = await harness.history(executionArn);
    expect(events.slice(7).map(({ type: event }) => event)).toEqual([
      "ExecutionRedriven",
      "MapRunRedriven",
      "MapRunSucceeded",
      "MapStateSucceeded",
      "MapStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events[8]?.mapRunRedrivenEventDetails).toEqual({ mapRunArn, redriveCount: 1 });
    expect(await client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      status: "SUCCEEDED",
      redriveCount: 1,
      executionCounts: { total: 3, succeeded: 3, failed: 0 },
    });
  });
});
