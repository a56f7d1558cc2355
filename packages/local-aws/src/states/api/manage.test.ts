import { afterEach, describe, expect, it } from "vitest";
import { Harness, machine } from "../test-support/harness.ts";

const definitionOf = (comment: string) =>
  JSON.stringify({ Comment: comment, StartAt: "End", States: { End: { Type: "Succeed" } } });
const roleArn = "arn:aws:iam::000000000000:role/made";
const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:made";

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.stop();
  harness = undefined;
});

function served(...machines: Parameters<typeof machine>[1][]): Harness {
  harness = new Harness(machines.map((overrides) => machine(definitionOf("program"), overrides)));
  return harness;
}

describe("state machines made through the API", () => {
  it("are created once, updated, published, described by version, and deleted", async () => {
    const { call } = bound(served());
    const created = { name: "made", definition: definitionOf("one"), roleArn };
    expect(await call("CreateStateMachine", created)).toMatchObject({ stateMachineArn: arn });
    expect(await call("CreateStateMachine", { ...created, roleArn: `${roleArn}2` })).toMatchObject({
      stateMachineArn: arn,
    });
    await expect(call("CreateStateMachine", { ...created, type: "EXPRESS" })).rejects.toMatchObject({
      name: "StateMachineAlreadyExists",
    });
    const { revisionId } = await call<{ revisionId: string }>("UpdateStateMachine", {
      stateMachineArn: arn,
      definition: definitionOf("two"),
    });
    const again = await call("UpdateStateMachine", { stateMachineArn: arn, definition: definitionOf("two") });
    expect(again).toMatchObject({ revisionId });
    const published = await call("PublishStateMachineVersion", { stateMachineArn: arn, description: "second" });
    expect(published).toMatchObject({ stateMachineVersionArn: `${arn}:1` });
    await call("UpdateStateMachine", { stateMachineArn: arn, definition: definitionOf("three"), publish: true });
    expect(await call("DescribeStateMachine", { stateMachineArn: `${arn}:1` })).toMatchObject({
      stateMachineArn: `${arn}:1`,
      definition: definitionOf("two"),
      description: "second",
      revisionId,
    });
    await call("DeleteStateMachine", { stateMachineArn: arn });
    await expect(call("DescribeStateMachine", { stateMachineArn: arn })).rejects.toMatchObject({
      name: "StateMachineDoesNotExist",
    });
  });

  it("have names of executions that are unique over all versions", async () => {
    const { call } = bound(served());
    const created = { name: "made", definition: definitionOf("one"), roleArn, publish: true };
    await call("CreateStateMachine", created);
    const { executionArn } = await call<{ executionArn: string }>("StartExecution", {
      stateMachineArn: `${arn}:1`,
      name: "order",
      input: "{}",
    });
    const described = () => call<{ status: string }>("DescribeExecution", { executionArn });
    while ((await described()).status === "RUNNING") await new Promise((resolve) => setImmediate(resolve));
    await call("UpdateStateMachine", { stateMachineArn: arn, definition: definitionOf("two"), publish: true });
    await expect(
      call("StartExecution", { stateMachineArn: `${arn}:2`, name: "order", input: "{}" }),
    ).rejects.toMatchObject({ name: "ExecutionAlreadyExists" });
    expect(await described()).toMatchObject({ status: "SUCCEEDED", stateMachineVersionArn: `${arn}:1` });
  });

  it("outlive the process, with their tags, versions and aliases", async () => {
    const first = served();
    await first.call("CreateStateMachine", {
      name: "made",
      definition: definitionOf("one"),
      roleArn,
      publish: true,
      tags: [{ key: "team", value: "vision" }],
    });
    await first.call("CreateStateMachineAlias", {
      name: "live",
      routingConfiguration: [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }],
    });
    await first.states.close();
    const second = new Harness([], {}, { dataDir: first.folder });
    expect(await second.call("ListTagsForResource", { resourceArn: arn })).toEqual({
      tags: [{ key: "team", value: "vision" }],
    });
    const executionArn = await second.start({}, "one", `${arn}:live`);
    expect(await second.ended(executionArn)).toMatchObject({
      status: "SUCCEEDED",
      stateMachineArn: arn,
      stateMachineVersionArn: `${arn}:1`,
      stateMachineAliasArn: `${arn}:live`,
    });
    await second.states.close();
  });

  it("refuse a definition that cannot run, in AWS's words", async () => {
    const { call } = bound(served());
    await expect(
      call("CreateStateMachine", { name: "made", definition: '{"StartAt":"A"}', roleArn }),
    ).rejects.toMatchObject({ name: "InvalidDefinition" });
  });
});

describe("aliases", () => {
  it("send executions to their versions by weight, and keep a version from being deleted", async () => {
    const { call } = bound(served());
    await call("CreateStateMachine", { name: "made", definition: definitionOf("one"), roleArn, publish: true });
    await call("UpdateStateMachine", { stateMachineArn: arn, definition: definitionOf("two"), publish: true });
    const route = (version: number, weight: number) => ({ stateMachineVersionArn: `${arn}:${version}`, weight });
    await call("CreateStateMachineAlias", { name: "live", routingConfiguration: [route(1, 100)] });
    await call("UpdateStateMachineAlias", {
      stateMachineAliasArn: `${arn}:live`,
      routingConfiguration: [route(1, 20), route(2, 80)],
    });
    const described = await call("DescribeStateMachine", { stateMachineArn: `${arn}:live` });
    expect(described).toMatchObject({ stateMachineArn: `${arn}:2` });
    await expect(call("DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:1` })).rejects.toMatchObject({
      name: "ConflictException",
      message: expect.stringContaining("[live]"),
    });
    await expect(
      call("UpdateStateMachineAlias", { stateMachineAliasArn: `${arn}:live`, routingConfiguration: [route(1, 99)] }),
    ).rejects.toMatchObject({ message: "Sum of routing configuration weights must equal 100. Received: [99]" });
    await call("DeleteStateMachineAlias", { stateMachineAliasArn: `${arn}:live` });
    expect(await call("DeleteStateMachineVersion", { stateMachineVersionArn: `${arn}:1` })).toEqual({});
  });
});

describe("state machines of the program", () => {
  const name = "work";
  const own = "arn:aws:states:us-east-1:000000000000:stateMachine:work";
  const declared = (comment: string) =>
    machine(definitionOf(comment), {
      name,
      publish: true,
      aliases: [{ name: "live", routes: [{ stateMachineVersionArn: `${own}:0`, weight: 100 }] }],
    });

  it("refuse to be changed through the API", async () => {
    const { call } = bound(served({ name }));
    for (const [operation, input] of [
      ["UpdateStateMachine", { stateMachineArn: own, roleArn }],
      ["DeleteStateMachine", { stateMachineArn: own }],
      ["PublishStateMachineVersion", { stateMachineArn: own }],
    ] as const) {
      await expect(call(operation, input)).rejects.toThrow("is declared by the program: edit it there");
    }
  });

  it("publish a version for each change, which the alias follows unless it was moved", async () => {
    harness = new Harness([declared("one")]);
    const { call } = bound(harness);
    const { states } = harness;
    const live = async () =>
      (await call<{ stateMachineArn: string }>("DescribeStateMachine", { stateMachineArn: `${own}:live` }))
        .stateMachineArn;
    expect(await live()).toBe(`${own}:1`);
    states.update([declared("one")]);
    expect(await live()).toBe(`${own}:1`);
    states.update([declared("two")]);
    expect(await live()).toBe(`${own}:2`);
    const routingConfiguration = [{ stateMachineVersionArn: `${own}:1`, weight: 100 }];
    await call("UpdateStateMachineAlias", { stateMachineAliasArn: `${own}:live`, routingConfiguration });
    states.update([declared("three")]);
    expect(await live()).toBe(`${own}:1`);
  });
});

function bound(service: Harness) {
  return { call: service.call.bind(service) as Harness["call"] };
}
