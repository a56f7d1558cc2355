import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type PolicyDocument, policyEvaluator } from "#local-aws";
import { operations } from "../operations.ts";
import { isWriting } from "./scope.ts";

/** The documented rights of the console allow what its operations need on the stack, and nothing else. */
const account = "123456789012";
const folder = path.resolve(import.meta.dirname, "../../../docs/iam");
const read = documentOf("console-read");
const write = documentOf("console-write");
const own = "dlw-prod-workflow-0a1b2c3";
const states = (kind: string, name: string): string => `arn:aws:states:eu-west-1:${account}:${kind}:${name}`;

function documentOf(name: string): PolicyDocument {
  const text = readFileSync(path.join(folder, `${name}.json`), "utf8");
  return JSON.parse(
    text.replaceAll("ACCOUNT_ID", account).replaceAll("REGION", "eu-west-1").replaceAll("STACK", "prod"),
  );
}

/** What each operation of the page needs, by AWS's service authorization reference. */
const needs: readonly (readonly [operation: string, kinds: readonly string[]])[] = [
  ["DescribeExecution", ["execution"]],
  ["DescribeMapRun", ["mapRun"]],
  ["DescribeStateMachine", ["stateMachine"]],
  ["DescribeStateMachineForExecution", ["execution"]],
  ["GetExecutionHistory", ["execution"]],
  ["ListExecutions", ["stateMachine", "mapRun"]],
  ["ListMapRuns", ["execution"]],
  ["RedriveExecution", ["execution"]],
  ["StartExecution", ["stateMachine"]],
  ["StopExecution", ["execution"]],
  ["TestState", []],
];
/** A tried state runs with the role of its state machine. */
const tried = [
  ["states:TestState", "*"],
  ["iam:PassRole", `arn:aws:iam::${account}:role/${own}`],
] as const;
const rest: Readonly<Record<string, string>> = {
  execution: ":one",
  mapRun: "/Classify batches:2f0a",
  stateMachine: "",
};
const pictures = ["samples/a.jpg", "uploads/b.jpg", "plans/c.json"].map(
  (key) => ["s3:GetObject", `arn:aws:s3:::${own}/${key}`] as const,
);
/** AWS's reference names the log group; its denials name the group with an empty stream. */
const logs = ["/aws/lambda/dlw-prod-classify-1f", "/aws/vendedlogs/states/dlw-prod-classify-now-2a"].flatMap((name) =>
  ["", ":log-stream:"].map(
    (suffix) => ["logs:FilterLogEvents", `arn:aws:logs:eu-west-1:${account}:log-group:${name}${suffix}`] as const,
  ),
);
const statesNeeds = (name: string) =>
  needs.flatMap(([operation, kinds]) =>
    kinds.map((kind) => [`states:${operation}`, states(kind, name + rest[kind])] as const),
  );

function allowed(action: string, resource: string, documents: readonly PolicyDocument[]): boolean {
  const identityPolicies = Object.fromEntries(documents.map((document, index) => [String(index), document]));
  const principal = `arn:aws:sts::${account}:assumed-role/person/session`;
  const context = { "iam:PassedToService": "states.amazonaws.com" };
  const question = { principal, action, resource, accountId: account, context, identityPolicies };
  return policyEvaluator.evaluate(question).result === "Allowed";
}

const changes = (action: string): boolean =>
  isWriting({ service: "states", operation: action.split(":")[1] ?? "", input: {} });

describe("the documented rights of the console", () => {
  it("are needed by exactly the operations that the page uses", () => {
    expect(needs.map(([operation]) => operation)).toEqual(Object.keys(operations["states"] ?? {}).sort());
    expect(Object.keys(operations["logs"] ?? {})).toEqual(["FilterLogEvents"]);
  });

  it.each([...statesNeeds(own), ...pictures, ...logs, ...tried])("%s on %s", (action, resource) => {
    expect(allowed(action, resource, [read])).toBe(!changes(action) && action !== "iam:PassRole");
    expect(allowed(action, resource, [read, write])).toBe(true);
  });

  it.each([
    ...statesNeeds("dlw-dev-workflow-0a1b2c3"),
    ...statesNeeds("other"),
    ["s3:GetObject", `arn:aws:s3:::${own}/results/a.json`] as const,
    ["iam:PassRole", `arn:aws:iam::${account}:role/other`] as const,
    ["logs:FilterLogEvents", `arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/dlw-dev-map-0a1b2c3`] as const,
    ["logs:FilterLogEvents", `arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/other`] as const,
    [
      "logs:GetLogEvents",
      `arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/dlw-prod-map-1:log-stream:x`,
    ] as const,
    ["s3:PutObject", `arn:aws:s3:::${own}/samples/a.jpg`] as const,
  ])("%s on %s is not allowed", (action, resource) => {
    expect(allowed(action, resource, [read, write])).toBe(false);
  });

  it.each(
    [read, write].flatMap(({ Statement }) =>
      Statement.flatMap(({ Sid, Action }) => [Action].flat().map((action) => [String(Sid), String(action)] as const)),
    ),
  )("without %s's %s something is denied", (sid, action) => {
    const reduced = [read, write].map((document) => without(document, sid, action));
    const denied = [...statesNeeds(own), ...pictures, ...logs, ...tried].filter(
      ([each, resource]) => !allowed(each, resource, reduced),
    );
    expect(denied).not.toEqual([]);
  });
});

function without(document: PolicyDocument, sid: string, action: string): PolicyDocument {
  const statements = document.Statement.flatMap((statement) => {
    if (statement["Sid"] !== sid) return [statement];
    const Action = [statement["Action"]].flat().filter((each) => each !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...document, Statement: statements };
}
