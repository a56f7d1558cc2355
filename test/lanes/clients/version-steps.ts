import { pass, sfn } from "./states-shapes.ts";
import type { Step } from "./step.ts";

/** Versions and aliases of a state machine. */
export const versionSteps: readonly Step[] = [
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
];
