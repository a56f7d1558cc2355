import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { ended, start, useApi, work } from "../test-support/api-fixture.ts";

const api = useApi();

describe("executions that ended", () => {
  it("are described with input, output, times and whether they can be redriven", async () => {
    const { executionArn } = await start(api(), "a", "one");
    await ended(api(), executionArn);
    expect(await api().client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
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
      api().client.send(new DescribeExecutionCommand({ executionArn: `${executionArn}-gone` })),
    ).rejects.toMatchObject({ name: "ExecutionDoesNotExist" });
  });

  it("have a history in pages, forwards, backwards, with and without data", async () => {
    const { executionArn } = await start(api(), "a");
    await ended(api(), executionArn);
    const ids: (number | undefined)[] = [];
    const pages = paginateGetExecutionHistory({ client: api().client, pageSize: 3 }, { executionArn });
    for await (const { events = [] } of pages) ids.push(...events.map(({ id }) => id));
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const backwards = await api().client.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 2 }),
    );
    expect(backwards.events?.map(({ type }) => type)).toEqual(["ExecutionSucceeded", "TaskStateExited"]);
    expect(backwards.events?.[0]?.executionSucceededEventDetails).toEqual({
      output: '{"done":"a"}',
      outputDetails: { truncated: false },
    });
    await expect(
      api().client.send(new GetExecutionHistoryCommand({ executionArn, nextToken: backwards.nextToken })),
    ).rejects.toMatchObject({ name: "InvalidToken" });
    const bare = await api().client.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
    expect(bare.events?.[0]?.executionStartedEventDetails).toEqual({ roleArn: work.roleArn });
    expect(JSON.stringify(bare.events)).not.toContain('\\"a\\"');
  });

  it("are listed newest first, in pages, by status", async () => {
    for (let index = 0; index < 5; index += 1)
      await ended(api(), (await start(api(), index % 2 ? "fail" : "ok", `n${index}`)).executionArn);
    const names: (string | undefined)[] = [];
    const pages = paginateListExecutions({ client: api().client, pageSize: 2 }, { stateMachineArn: work.arn });
    for await (const { executions = [] } of pages) names.push(...executions.map(({ name }) => name));
    expect(names).toEqual(["n4", "n3", "n2", "n1", "n0"]);
    const failed = await api().client.send(
      new ListExecutionsCommand({ stateMachineArn: work.arn, statusFilter: "FAILED" }),
    );
    expect(failed.executions?.map(({ name }) => name)).toEqual(["n3", "n1"]);
    await expect(
      api().client.send(new ListExecutionsCommand({ stateMachineArn: work.arn, maxResults: 1001 })),
    ).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("go on from the failed state when they are redriven, once", async () => {
    api().break(true);
    const { executionArn } = await start(api(), "a");
    expect(await ended(api(), executionArn)).toBe("FAILED");
    api().break(false);
    await api().client.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(api(), executionArn)).toBe("SUCCEEDED");
    const { events = [] } = await api().client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.slice(6).map(({ type }) => type)).toEqual([
      "ExecutionRedriven",
      "TaskScheduled",
      "TaskStarted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ]);
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    await expect(api().client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toMatchObject({
      name: "ExecutionNotRedrivable",
    });
  });
});

describe("StopExecution", () => {
  it("ends a running execution as ABORTED with its error and cause, and cancels the call", async () => {
    const { executionArn } = await start(api(), "wait");
    const { stopDate } = await api().client.send(
      new StopExecutionCommand({ executionArn, error: "Enough", cause: "by hand" }),
    );
    const described = await api().client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: "ABORTED", error: "Enough", cause: "by hand", stopDate });
    api().release();
    const { events = [] } = await api().client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events.at(-1)).toMatchObject({
      type: "ExecutionAborted",
      executionAbortedEventDetails: { error: "Enough" },
    });
    await api().client.send(new StopExecutionCommand({ executionArn }));
    expect((await api().client.send(new DescribeExecutionCommand({ executionArn }))).error).toBe("Enough");
  });
});
