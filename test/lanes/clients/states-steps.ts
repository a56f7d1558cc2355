import type { Step } from "./step.ts";

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
const execution = {
  executionArn: "text",
  stateMachineArn: "text",
  name: "text",
  status: "text",
  startDate: "date",
  redriveCount: "number",
} as const;
const details = {
  input: "text",
  inputDetails: { included: "flag" },
  redriveStatus: "text",
  redriveStatusReason: "text",
} as const;

const wait = JSON.stringify({ StartAt: "Wait", States: { Wait: { Type: "Wait", Seconds: 600, End: true } } });
const pass = JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", Result: { n: 1 }, End: true } } });
const sfn = "stepfunctions";

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
  {
    service: sfn,
    operation: "StartExecution",
    parameters: { stateMachineArn: "{waiting}", name: "first", input: '{"n": 1}' },
    gives: { executionArn: "text", startDate: "date" },
    keep: { execution: "executionArn" },
  },
  {
    service: sfn,
    operation: "StartExecution",
    parameters: { stateMachineArn: "{waiting}", name: "first", input: '{"n": 2}' },
    fails: "ExecutionAlreadyExists",
  },
  {
    service: sfn,
    operation: "StartExecution",
    parameters: { stateMachineArn: "{waiting}", input: "no JSON" },
    fails: "InvalidExecutionInput",
  },
  {
    service: sfn,
    operation: "DescribeExecution",
    parameters: { executionArn: "{execution}" },
    gives: { ...execution, ...details },
  },
  {
    service: sfn,
    operation: "ListExecutions",
    parameters: { stateMachineArn: "{waiting}", statusFilter: "RUNNING" },
    gives: { executions: [execution] },
  },
  {
    service: sfn,
    operation: "DescribeStateMachineForExecution",
    parameters: { executionArn: "{execution}" },
    gives: {
      ...configuration,
      stateMachineArn: "text",
      name: "text",
      definition: "text",
      roleArn: "text",
      updateDate: "date",
    },
  },
  {
    service: sfn,
    operation: "StopExecution",
    parameters: { executionArn: "{execution}", error: "Enough", cause: "The list goes on." },
    gives: { stopDate: "date" },
  },
  {
    service: sfn,
    operation: "GetExecutionHistory",
    parameters: { executionArn: "{execution}", reverseOrder: true },
    gives: {
      events: [
        {
          timestamp: "date",
          type: "text",
          id: "number",
          previousEventId: "number",
          "executionStartedEventDetails?": {
            input: "text",
            inputDetails: { truncated: "flag" },
            roleArn: "text",
          },
          "stateEnteredEventDetails?": { name: "text", input: "text", inputDetails: { truncated: "flag" } },
          "executionAbortedEventDetails?": { error: "text", cause: "text" },
        },
      ],
    },
  },
  {
    service: sfn,
    operation: "RedriveExecution",
    parameters: { executionArn: "{execution}" },
    gives: { redriveDate: "date" },
  },
  {
    service: sfn,
    operation: "StopExecution",
    parameters: { executionArn: "{execution}" },
    gives: { stopDate: "date" },
  },
  {
    service: sfn,
    operation: "StartSyncExecution",
    parameters: { stateMachineArn: "{express}", name: "now", input: "{}" },
    gives: {
      executionArn: "text",
      stateMachineArn: "text",
      name: "text",
      startDate: "date",
      stopDate: "date",
      status: "text",
      input: "text",
      inputDetails: { included: "flag" },
      output: "text",
      outputDetails: { included: "flag" },
      billingDetails: { billedMemoryUsedInMB: "number", billedDurationInMilliseconds: "number" },
    },
  },
  {
    service: sfn,
    operation: "StartSyncExecution",
    parameters: { stateMachineArn: "{waiting}" },
    fails: "StateMachineTypeNotSupported",
  },
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
  {
    service: sfn,
    operation: "UpdateStateMachine",
    parameters: { stateMachineArn: "{waiting}", definition: pass },
    gives: { updateDate: "date", revisionId: "text" },
  },
  {
    service: sfn,
    operation: "PublishStateMachineVersion",
    parameters: { stateMachineArn: "{waiting}", description: "the first" },
    gives: { stateMachineVersionArn: "text", creationDate: "date" },
    keep: { version: "stateMachineVersionArn" },
  },
  {
    service: sfn,
    operation: "ListStateMachineVersions",
    parameters: { stateMachineArn: "{waiting}" },
    gives: { stateMachineVersions: [{ stateMachineVersionArn: "text", creationDate: "date" }] },
  },
  {
    service: sfn,
    operation: "CreateStateMachineAlias",
    parameters: { name: "live", routingConfiguration: [{ stateMachineVersionArn: "{version}", weight: 100 }] },
    gives: { stateMachineAliasArn: "text", creationDate: "date" },
    keep: { alias: "stateMachineAliasArn" },
  },
  {
    service: sfn,
    operation: "DescribeStateMachineAlias",
    parameters: { stateMachineAliasArn: "{alias}" },
    gives: {
      stateMachineAliasArn: "text",
      name: "text",
      creationDate: "date",
      updateDate: "date",
      routingConfiguration: [{ stateMachineVersionArn: "text", weight: "number" }],
    },
  },
  {
    service: sfn,
    operation: "UpdateStateMachineAlias",
    parameters: { stateMachineAliasArn: "{alias}", description: "what is served" },
    gives: { updateDate: "date" },
  },
  {
    service: sfn,
    operation: "ListStateMachineAliases",
    parameters: { stateMachineArn: "{waiting}" },
    gives: { stateMachineAliases: [{ stateMachineAliasArn: "text", creationDate: "date" }] },
  },
  {
    service: sfn,
    operation: "DeleteStateMachineVersion",
    parameters: { stateMachineVersionArn: "{version}" },
    fails: "ConflictException",
  },
  { service: sfn, operation: "DeleteStateMachineAlias", parameters: { stateMachineAliasArn: "{alias}" }, gives: {} },
  {
    service: sfn,
    operation: "DeleteStateMachineVersion",
    parameters: { stateMachineVersionArn: "{version}" },
    gives: {},
  },
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
