import { expect, it } from "vitest";
import { type Configuration, isExpressChild, isOfMainWorkflow } from "./configuration.ts";

const base = "arn:aws:states:eu-west-1:123456789012";
const configuration: Configuration = {
  stack: "dev",
  region: "eu-west-1",
  accountId: "123456789012",
  stateMachines: [],
  functions: [],
  architecture: "x86_64",
  workflowArn: `${base}:stateMachine:workflow`,
  delayedStartArn: undefined,
  buckets: [],
};

it.each([
  [`${base}:execution:workflow:one`, true, false],
  [`${base}:execution:workflow/Batches:one`, true, false],
  [`${base}:express:workflow/Batches:one:two`, true, true],
  [`${base}:execution:workflow2:one`, false, false],
  [`${base}:express:now:one:two`, false, false],
])("knows whether %s is of the main workflow and whether it can be opened", (arn, isMain, isChild) => {
  expect([isOfMainWorkflow(configuration, arn), isExpressChild(arn)]).toEqual([isMain, isChild]);
});

it("knows no main workflow of a stack without an API", () => {
  expect(isOfMainWorkflow({ ...configuration, workflowArn: undefined }, `${base}:execution:workflow:one`)).toBe(false);
});
