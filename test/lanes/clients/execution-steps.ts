import { sfn } from "./states-shapes.ts";
import type { Step } from "./step.ts";

const execution = {
  executionArn: "text",
  stateMachineArn: "text",
  name: "text",
  status: "text",
  startDate: "date",
  redriveCount: "number",
} as const;
const configuration = {
  loggingConfiguration: "anything",
  tracingConfiguration: { enabled: "flag" },
  encryptionConfiguration: { type: "text" },
} as const;
const details = {
  input: "text",
  inputDetails: { included: "flag" },
  redriveStatus: "text",
  redriveStatusReason: "text",
} as const;

/** Executions of state machines, and calls of them that are refused. */
export const executionSteps: readonly Step[] = [
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
];
