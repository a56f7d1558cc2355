import { afterEach, expect, it } from "vitest";
import { FunctionError, Harness, machine, task } from "./test-support/harness.ts";

const definition = { StartAt: "Work", States: { Work: task("work") } };
const logGroupName = "/aws/vendedlogs/states/work";
let harness: Harness;
afterEach(() => harness.stop());

async function logOf(logging: object, fails = false) {
  const express = machine(definition, {
    type: "EXPRESS",
    logging: { level: "ALL", includeExecutionData: true, logGroupName, ...logging },
  });
  harness = new Harness([express], {
    work: (input) => {
      if (fails) throw new FunctionError("Broken");
      return input;
    },
  });
  const { executionArn } = await harness.call("StartSyncExecution", {
    stateMachineArn: express.arn,
    input: '{"secret":1}',
  });
  return { executionArn, records: harness.logged.map(({ message }) => JSON.parse(message) as Record<string, unknown>) };
}

it("logs an Express execution in the format of AWS's vended logs", async () => {
  const { executionArn, records } = await logOf({});
  expect(records.map(({ type }) => type)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
  expect(records[0]).toEqual({
    id: "1",
    type: "ExecutionStarted",
    details: {
      input: '{"secret":1}',
      inputDetails: { truncated: false },
      roleArn: "arn:aws:iam::000000000000:role/machine",
    },
    previous_event_id: "0",
    event_timestamp: "1767225600000",
    execution_arn: executionArn,
    redrive_count: "0",
  });
  expect(new Set(harness.logged.map(({ stream }) => stream)).size).toBe(1);
  expect(harness.logged[0]).toMatchObject({
    group: logGroupName,
    stream: expect.stringMatching(/^states\/machine\/2026-01-01-00-00\/[0-9a-f]{8}$/),
  });
});

it("leaves the data out unless the machine says otherwise", async () => {
  const { records } = await logOf({ includeExecutionData: false });
  expect(records).toHaveLength(7);
  expect(JSON.stringify(records)).not.toContain("secret");
});

it("writes what the level asks for", async () => {
  const types = async (level: string, fails = false) => {
    const { records } = await logOf({ level }, fails);
    await harness.stop();
    return records.map(({ type }) => type);
  };
  expect(await types("ERROR", true)).toEqual(["TaskFailed", "ExecutionFailed"]);
  expect(await types("FATAL", true)).toEqual(["ExecutionFailed"]);
  expect(await types("ERROR")).toEqual([]);
  expect(await types("OFF", true)).toEqual([]);
});
