import { describe, expect, it } from "vitest";
import type { DoorCall } from "../door-keeper.ts";
import { checkScope, isWriting, machineArnOf, type Scope } from "./scope.ts";

const states = "arn:aws:states:eu-west-1:123456789012";
const machine = `${states}:stateMachine:own`;
const role = "arn:aws:iam::123456789012:role/own";
const scope: Scope = {
  machineArns: [machine],
  roleArns: [role],
  logGroups: ["/aws/lambda/own-map"],
  pictures: { bucket: "own-bucket", prefixes: ["samples/", "uploads/"] },
  plans: "plans/",
  hasApi: true,
  writable: true,
};
const call = (operation: string, input: unknown, service = "states"): DoorCall => ({ service, operation, input });

/** "passes", or the code of the refusal. */
function outcome(each: DoorCall, of: Scope = scope): string {
  try {
    checkScope(each, of);
    return "passes";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the machine of an ARN", () => {
  it.each([
    `${states}:stateMachine:own`,
    `${states}:stateMachine:own:live`,
    `${states}:stateMachine:own:7`,
    `${states}:execution:own:one`,
    `${states}:execution:own/Classify batches:child`,
    `${states}:express:own:one:2f0a`,
    `${states}:mapRun:own/Classify batches:2f0a`,
  ])("%s", (arn) => {
    expect(machineArnOf(arn)).toBe(machine);
  });

  it.each(["", "own", `${states}:activity:own`, "arn:aws:lambda:eu-west-1:123456789012:function:own", `x${machine}`])(
    "%s has none",
    (arn) => {
      expect(machineArnOf(arn)).toBeUndefined();
    },
  );
});

describe("calls on resources of the stack", () => {
  it.each<[string, DoorCall]>([
    ["its machine", call("ListExecutions", { stateMachineArn: machine, maxResults: 10 })],
    ["its Map Run", call("ListExecutions", { mapRunArn: `${states}:mapRun:own/label:1` })],
    ["its execution", call("DescribeExecution", { executionArn: `${states}:execution:own:one` })],
    ["a state with its role", call("TestState", { definition: "{}", roleArn: role })],
    ["a sample", call("GetObject", { Bucket: "own-bucket", Key: "samples/a.jpg" }, "s3")],
    ["the name of an upload", call("HeadObject", { Bucket: "own-bucket", Key: "uploads/a.jpg" }, "s3")],
    ["a plan", call("ReadPlan", { Bucket: "own-bucket", Key: "plans/e.json" }, "s3")],
    ["results of its API", call("ReadResults", { executionId: "e" }, "execute-api")],
    ["the log of its function", call("FilterLogEvents", { logGroupName: "/aws/lambda/own-map", startTime: 0 }, "logs")],
    ["its API", call("Invoke", { method: "POST", path: "/classify" }, "execute-api")],
  ])("%s passes", (_what, each) => {
    expect(outcome(each)).toBe("passes");
  });

  it.each<[string, DoorCall]>([
    ["another machine", call("ListExecutions", { stateMachineArn: `${states}:stateMachine:other` })],
    ["a machine whose name begins alike", call("ListExecutions", { stateMachineArn: `${machine}2` })],
    ["the same name in another region", call("ListExecutions", { stateMachineArn: machine.replace("eu-", "us-") })],
    ["an own and a foreign resource", call("X", { stateMachineArn: machine, mapRunArn: `${states}:mapRun:other/l:1` })],
    ["a state with another role", call("TestState", { definition: "{}", roleArn: `${role}2` })],
    ["a state without a role", call("TestState", { definition: "{}" })],
    ["no resource", call("ListExecutions", {})],
    ["no input", call("ListExecutions", null)],
    ["a list instead of an ARN", call("ListExecutions", { stateMachineArn: [machine, "x"] })],
    ["the log of another function", call("FilterLogEvents", { logGroupName: "/aws/lambda/own", startTime: 0 }, "logs")],
    ["a log by its identifier", call("FilterLogEvents", { logGroupIdentifier: "/aws/lambda/own-map" }, "logs")],
    ["another bucket", call("GetObject", { Bucket: "other", Key: "samples/a.jpg" }, "s3")],
    ["a picture as a plan", call("ReadPlan", { Bucket: "own-bucket", Key: "uploads/a.jpg" }, "s3")],
    ["a plan as a picture", call("GetObject", { Bucket: "own-bucket", Key: "plans/e.json" }, "s3")],
    ["a plan of another bucket", call("ReadPlan", { Bucket: "other", Key: "plans/e.json" }, "s3")],
    ["results, which are no pictures", call("GetObject", { Bucket: "own-bucket", Key: "results/a.json" }, "s3")],
  ])("%s is refused", (_what, each) => {
    expect(outcome(each)).toBe("ForeignResource");
  });

  it("without a bucket and an API nothing of them is called", () => {
    const bare: Scope = { ...scope, pictures: undefined, hasApi: false };
    expect(outcome(call("GetObject", { Key: "samples/a.jpg" }, "s3"), bare)).toBe("ForeignResource");
    expect(outcome(call("Invoke", { method: "GET", path: "/" }, "execute-api"), bare)).toBe("ForeignResource");
  });
});

describe("a console that only reads", () => {
  const reader: Scope = { ...scope, writable: false };
  it.each<[DoorCall, string]>([
    [call("StartExecution", { stateMachineArn: machine }), "ReadOnly"],
    [call("StopExecution", { executionArn: `${states}:execution:own:one` }), "ReadOnly"],
    [call("RedriveExecution", { executionArn: `${states}:execution:own:one` }), "ReadOnly"],
    [call("TestState", { definition: "{}", roleArn: role }), "ReadOnly"],
    [call("Invoke", { method: "POST", path: "/classify" }, "execute-api"), "ReadOnly"],
    [call("Invoke", { method: "DELETE", path: "/executions/one" }, "execute-api"), "ReadOnly"],
    [call("Invoke", { path: "/executions/one" }, "execute-api"), "ReadOnly"],
    [call("Invoke", { method: "GET", path: "/examples/branch-map-reduce" }, "execute-api"), "ReadOnly"],
    [call("Invoke", { method: "GET", path: "/executions/../examples/three-images" }, "execute-api"), "ReadOnly"],
    [call("Invoke", { method: "GET", path: "/executions/one" }, "execute-api"), "passes"],
    [call("Invoke", { method: "GET", path: "/executions/one?wait=5" }, "execute-api"), "passes"],
    [call("ReadResults", { executionId: "one" }, "execute-api"), "passes"],
    [call("DescribeExecution", { executionArn: `${states}:execution:own:one` }), "passes"],
  ])("%j: %s", (each, expected) => {
    expect(outcome(each, reader)).toBe(expected);
    expect(isWriting(each)).toBe(expected === "ReadOnly");
  });
});
