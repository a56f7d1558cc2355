import { executionSteps } from "./execution-steps.ts";
import { pass, sfn } from "./states-shapes.ts";
import type { Step } from "./step.ts";
import { versionSteps } from "./version-steps.ts";

const machine = { stateMachineArn: "text", creationDate: "date" } as const;
const listed = { ...machine, name: "text", type: "text" } as const;
const configuration = {
  loggingConfiguration: "anything",
  tracingConfiguration: { enabled: "flag" },
  encryptionConfiguration: { type: "text" },
} as const;
const described = {
  ...listed,
  ...configuration,
  status: "text",
  definition: "text",
  roleArn: "text",
} as const;
const wait = JSON.stringify({ StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 86_400, End: true } } });

/** The calls of Step Functions: the life of a state machine, executions, and calls that are refused. */
export const statesSteps: readonly Step[] = [
  {
    service: sfn,
    operation: "ListStateMachines",
    parameters: { maxResults: 2 },
    gives: { stateMachines: [listed], nextToken: "text" },
  },
  {
    service: sfn,
    operation: "DescribeStateMachine",
    parameters: { stateMachineArn: "{declared}" },
    gives: { ...described, "revisionId?": "text" },
  },
  {
    service: sfn,
    operation: "CreateStateMachine",
    parameters: {
      name: "clients-{me}",
      definition: wait,
      roleArn: "{role}",
      type: "STANDARD",
      tags: [{ key: "made", value: "by a client" }],
    },
    gives: machine,
    keep: { waiting: "stateMachineArn" },
  },
  {
    service: sfn,
    operation: "CreateStateMachine",
    parameters: { name: "clients-{me}-now", definition: pass, roleArn: "{role}", type: "EXPRESS" },
    gives: machine,
    keep: { express: "stateMachineArn" },
  },
  {
    service: sfn,
    operation: "CreateStateMachine",
    parameters: { name: "clients-{me}-bad", definition: "{}", roleArn: "{role}" },
    fails: "InvalidDefinition",
  },
  {
    service: sfn,
    operation: "TagResource",
    parameters: { resourceArn: "{waiting}", tags: [{ key: "second", value: "2" }] },
    gives: {},
  },
  {
    service: sfn,
    operation: "ListTagsForResource",
    parameters: { resourceArn: "{waiting}" },
    gives: { tags: [{ key: "text", value: "text" }] },
  },
  {
    service: sfn,
    operation: "UntagResource",
    parameters: { resourceArn: "{waiting}", tagKeys: ["second"] },
    gives: {},
  },
  ...executionSteps,
  {
    service: sfn,
    operation: "TestState",
    parameters: { definition: '{"Type":"Pass","Result":{"n":1},"End":true}', roleArn: "{role}", input: "{}" },
    gives: { output: "text", status: "text" },
  },
  {
    service: sfn,
    operation: "ValidateStateMachineDefinition",
    parameters: { definition: pass, type: "EXPRESS" },
    gives: { result: "text", diagnostics: ["anything"], truncated: "flag" },
  },
  {
    service: sfn,
    operation: "ValidateStateMachineDefinition",
    parameters: { definition: '{"StartAt":"Nowhere","States":{"Pass":{"Type":"Pass","End":true}}}' },
    gives: {
      result: "text",
      diagnostics: [{ severity: "text", code: "text", message: "text", "location?": "text" }],
      truncated: "flag",
    },
  },
  ...versionSteps,
  {
    service: sfn,
    operation: "UpdateStateMachine",
    parameters: { stateMachineArn: "{declared}", definition: pass },
    fails: "ValidationException",
  },
  {
    service: sfn,
    operation: "DescribeExecution",
    parameters: { executionArn: "{execution}-absent" },
    fails: "ExecutionDoesNotExist",
  },
  {
    service: sfn,
    operation: "DescribeStateMachine",
    parameters: { stateMachineArn: "{waiting}-absent" },
    fails: "StateMachineDoesNotExist",
  },
  { service: sfn, operation: "ListMapRuns", parameters: { executionArn: "{execution}" }, gives: { mapRuns: [{}] } },
  { service: sfn, operation: "CreateActivity", parameters: { name: "none" }, fails: "UnknownOperationException" },
  { service: sfn, operation: "DeleteStateMachine", parameters: { stateMachineArn: "{waiting}" }, gives: {} },
  { service: sfn, operation: "DeleteStateMachine", parameters: { stateMachineArn: "{express}" }, gives: {} },
];
