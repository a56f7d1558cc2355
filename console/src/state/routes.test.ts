import { expect, it } from "vitest";
import { type Configuration, machineArnOf, machineTitle } from "../service/configuration.ts";
import { readRoute, routeTo } from "./routes.ts";

const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:dlw-dev-three-images-c9b073c";
const machine = { name: "dlw-dev-three-images-c9b073c", arn, type: "STANDARD" as const };
const configuration: Configuration = {
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  stateMachines: [machine],
  buckets: [],
};

it("an address leads to the execution it was made for", () => {
  const execution = `${arn.replace(":stateMachine:", ":execution:")}:order_1-a`;
  expect(readRoute(routeTo(execution), configuration)).toEqual({ machineArn: arn, executionArn: execution });
  expect(machineArnOf(execution)).toBe(arn);
});

it("an address leads to a child execution of a Map Run, below its machine and the Map state's label", () => {
  const child = `${arn.replace(":stateMachine:", ":execution:")}/Each:0a1b`;
  expect(routeTo(child)).toBe(`#${machine.name}/Each/0a1b`);
  expect(readRoute(routeTo(child), configuration)).toEqual({ machineArn: arn, executionArn: child });
});

it("an address of a machine that is gone, or of nothing, leads nowhere", () => {
  expect(readRoute("#other/1", configuration)).toBeUndefined();
  expect(readRoute("", configuration)).toBeUndefined();
  expect(readRoute(`#${machine.name}/%E0%A4%A`, configuration)?.executionArn).toMatch(/:%E0%A4%A$/);
});

it("a machine is called without what the stack and the engine added to its name", () => {
  expect(machineTitle(machine, configuration)).toBe("three-images");
  expect(machineTitle({ ...machine, name: "Mine" }, configuration)).toBe("Mine");
});
