import { describe, expect, it } from "vitest";
import type { EventRuleResource, StateMachineResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import { Harness, machine } from "../states/test-support/harness.ts";
import { createEvents, type Events } from "./events.ts";
import { rulesOf, UnservedRules } from "./rules.ts";

const waits = machine({ StartAt: "Done", States: { Done: { Type: "Pass", End: true } } });
const target: StateMachineResource = { ...waits, name: "target", arn: waits.arn.replace(/[^:]+$/, "target") };
const roleArn = "arn:aws:iam::000000000000:role/events";

function rule(fields: Partial<EventRuleResource> = {}): EventRuleResource {
  return {
    name: "ended",
    arn: "arn:aws:events:us-east-1:000000000000:rule/ended",
    pattern: JSON.stringify({
      source: ["aws.states"],
      detail: { stateMachineArn: [waits.arn], status: ["SUCCEEDED"] },
    }),
    enabled: true,
    unserved: [],
    targets: [{ id: "start", arn: target.arn, roleArn, unserved: [] }],
    ...fields,
  };
}

function served(rules: readonly EventRuleResource[] = [rule()], credentialsFor?: () => never) {
  const warnings: string[] = [];
  let events: Events | undefined;
  const harness = new Harness([waits, target], {}, { onStatusChange: (event) => events?.put(event) });
  events = createEvents({
    rules: rulesOf({ eventRules: rules, stateMachines: [waits, target] }),
    accountId: "000000000000",
    region: "us-east-1",
    states: harness.states.service,
    credentialsFor: credentialsFor ?? ((role) => ({ accessKeyId: "events", arn: role, roleArn: role })),
    warn: (message) => warnings.push(message),
  });
  const started = async () => {
    const { executions } = await harness.call<{ executions: { executionArn: string }[] }>("ListExecutions", {
      stateMachineArn: target.arn,
    });
    return Promise.all(
      executions.map(({ executionArn }) =>
        harness.call<{ input: string; name: string }>("DescribeExecution", { executionArn }),
      ),
    );
  };
  return { harness, events, warnings, started };
}

describe("a rule", () => {
  it("starts an execution of its target with the event, as recordings of AWS show it", async () => {
    const { harness, started } = served();
    const executionArn = await harness.start({ a: 1 }, "first");
    await harness.ended(executionArn);
    await expect.poll(started).toHaveLength(1);
    const [execution] = await started();
    expect(JSON.parse(execution?.input ?? "")).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Step Functions Execution Status Change",
      source: "aws.states",
      account: "000000000000",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: [executionArn],
      detail: {
        executionArn,
        stateMachineArn: waits.arn,
        name: "first",
        status: "SUCCEEDED",
        startDate: 1767225600000,
        stopDate: 1767225600000,
        input: '{"a":1}',
        output: '{"a":1}',
        stateMachineVersionArn: null,
        stateMachineAliasArn: null,
        redriveCount: 0,
        redriveDate: null,
        redriveStatus: "NOT_REDRIVABLE",
        redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
        inputDetails: { included: true },
        outputDetails: { included: true },
        error: null,
        cause: null,
      },
    });
    await harness.stop();
  });

  it("takes running and stopped executions if its pattern does, and its own target's do not count", async () => {
    const pattern = JSON.stringify({ detail: { stateMachineArn: [waits.arn] } });
    const { harness, started } = served([rule({ pattern })]);
    await harness.ended(await harness.start({}));
    await expect.poll(started).toHaveLength(2);
    const statuses = (await started()).map(({ input }) => JSON.parse(input).detail.status);
    expect(statuses.toSorted()).toEqual(["RUNNING", "SUCCEEDED"]);
    await harness.stop();
  });

  it("leaves data of more than 248 KiB out of the event, and says so", async () => {
    const { harness, started } = served();
    await harness.ended(await harness.start({ text: "x".repeat(130 * 1_024) }));
    await expect.poll(started).toHaveLength(1);
    const { detail } = JSON.parse((await started())[0]?.input ?? "");
    expect(detail).toMatchObject({
      input: null,
      output: null,
      inputDetails: { included: false },
      outputDetails: { included: false },
    });
    await harness.stop();
  });

  it("does nothing while it is disabled", async () => {
    const { harness, started } = served([rule({ enabled: false })]);
    await harness.ended(await harness.start({}));
    expect(await started()).toEqual([]);
    await harness.stop();
  });

  it("starts one execution for an event that is put twice", async () => {
    const { harness, events, warnings, started } = served();
    const event = {
      source: "aws.states",
      detailType: "test",
      time: 0,
      resources: [],
      detail: { stateMachineArn: waits.arn, status: "SUCCEEDED" },
    };
    await events.put(event);
    await harness.ended(
      (await started())[0]
        ? `${target.arn.replace(":stateMachine:", ":execution:")}:${(await started())[0]?.name}`
        : "",
    );
    await events.put(event);
    expect(await started()).toHaveLength(1);
    expect(warnings).toEqual([]);
    await harness.stop();
  });

  it("warns about a target that refuses the event, and never disturbs the execution", async () => {
    const { harness, warnings } = served([rule()], () => {
      throw new AwsError("AccessDeniedException", "events.amazonaws.com cannot assume the role");
    });
    expect(await harness.ended(await harness.start({}))).toMatchObject({ status: "SUCCEEDED" });
    await expect
      .poll(() => warnings)
      .toEqual([expect.stringContaining("AccessDeniedException: events.amazonaws.com cannot")]);
    await harness.stop();
  });
});

it("reports an end again after a restart if the service closed before the event was taken", async () => {
  const reports: unknown[] = [];
  const harness = new Harness(
    [waits],
    {},
    {
      onStatusChange: ({ detail }) => {
        reports.push(detail["status"]);
        return detail["status"] === "RUNNING"
          ? undefined
          : Promise.reject(new AwsError("ServiceUnavailable", "closing", 503));
      },
    },
  );
  const executionArn = await harness.start({}, "again");
  await harness.ended(executionArn);
  await harness.states.close();
  const next = new Harness(
    [waits],
    {},
    {
      dataDir: harness.folder,
      onStatusChange: async ({ detail }) => void reports.push(`again ${detail["status"]}`),
    },
  );
  next.states.recover();
  expect(await next.ended(executionArn)).toMatchObject({ status: "SUCCEEDED" });
  expect(reports).toEqual(["RUNNING", "SUCCEEDED", "again SUCCEEDED"]);
  await next.stop();
});

describe("what is not served", () => {
  it("is refused by name, all together", () => {
    const broken = rule({
      name: "broken",
      pattern: '{"a":[{"regex":"x"}]}',
      unserved: ["scheduleExpression"],
      targets: [{ id: "queue", arn: "arn:aws:sqs:us-east-1:1:queue", unserved: ["inputTransformer"] }],
    });
    const compile = () => rulesOf({ eventRules: [broken], stateMachines: [waits] });
    expect(compile).toThrow(UnservedRules);
    for (const part of [
      '"{"regex":"x"}" is not an operator',
      '"scheduleExpression"',
      '"inputTransformer"',
      "arn:aws:sqs",
      "no roleArn",
    ]) {
      expect(compile).toThrow(part);
    }
  });
});
