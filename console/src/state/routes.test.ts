import { expect, it } from "vitest";
import { everyImage } from "../model/images/filter.ts";
import { type Configuration, expressRunArn, machineArnOf, machineTitle } from "../service/configuration.ts";
import { everyExecution } from "./list-filter.ts";
import { meaninglessIn, readRoute, routeTo, routeToMachine, type Shown, wholeExecution } from "./routes.ts";

const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:dlw-dev-three-images-c9b073c";
const machine = { name: "dlw-dev-three-images-c9b073c", arn, type: "STANDARD" as const };
const configuration: Configuration = {
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  stateMachines: [machine],
  functions: [],
  architecture: "x86_64",
  buckets: [],
};

it("an address leads to the Express run it was made for", () => {
  const run = `${arn.replace(":stateMachine:", ":express:")}:order_1:4d2e-7`;
  expect(machineArnOf(run)).toBe(arn);
  expect(expressRunArn(arn, "order_1:4d2e-7")).toBe(run);
  expect(expressRunArn(arn, ` ${run} `)).toBe(run);
  expect([expressRunArn(arn, "order_1"), expressRunArn(arn, run.replace(":order", "2:order"))]).toEqual([
    undefined,
    undefined,
  ]);
  expect(readRoute(routeTo(run), configuration)).toMatchObject({ kind: "execution", executionArn: run });
});

it("an address leads to the execution it was made for", () => {
  const execution = `${arn.replace(":stateMachine:", ":execution:")}:order_1-a`;
  expect(readRoute(routeTo(execution), configuration)).toEqual({
    kind: "execution",
    machineArn: arn,
    executionArn: execution,
    selection: undefined,
    filter: everyImage,
    events: undefined,
    listed: everyExecution,
  });
  expect(machineArnOf(execution)).toBe(arn);
});

it("an address leads to a child execution of a Map Run, below its machine and the Map state's label", () => {
  const child = `${arn.replace(":stateMachine:", ":execution:")}/Each:0a1b`;
  expect(routeTo(child)).toBe(`#${machine.name}/Each/0a1b`);
  expect(readRoute(routeTo(child), configuration)).toMatchObject({ machineArn: arn, executionArn: child });
});

it.each<[string, Shown]>([
  ["a state", { ...wholeExecution, selection: { kind: "state", name: "Classify & more?" } }],
  ["a run", { ...wholeExecution, selection: { kind: "run", id: 12 } }],
  ["an event", { ...wholeExecution, selection: { kind: "event", id: 7 } }],
  ["an image", { ...wholeExecution, selection: { kind: "image", index: 4_710 } }],
  ["events", { ...wholeExecution, events: { type: "TaskFailed", text: "a&b" } }],
  ["a filter", { ...wholeExecution, filter: { ...everyImage, state: "failed", text: "#/?&=", below: 0.5 } }],
])("an address leads to %s of an execution", (_title, shown) => {
  const execution = `${arn.replace(":stateMachine:", ":execution:")}:one`;
  expect(readRoute(routeTo(execution, shown), configuration)).toMatchObject({ executionArn: execution, ...shown });
});

it("numbers images from 1, as they are shown", () => {
  const shown: Shown = { ...wholeExecution, selection: { kind: "image", index: 4_710 } };
  expect(routeTo(`${arn.replace(":stateMachine:", ":execution:")}:one`, shown)).toMatch(/\?image=4711$/);
});

it("an address says when its machine is not deployed here, and leads home when it is empty", () => {
  expect(readRoute("#other/1", configuration)).toEqual({ kind: "unknown", machineName: "other" });
  expect(readRoute("", configuration)).toEqual({ kind: "home", listed: everyExecution });
  const machineRoute = { kind: "machine", machineArn: arn, listed: everyExecution };
  expect(readRoute(routeToMachine(arn), configuration)).toEqual(machineRoute);
});

it("an address leads to a filtered list, with an execution and without", () => {
  const listed = { status: "FAILED", period: { from: 1_000, to: 2_000 }, text: "a b&c" };
  const run = `${arn.replace(":stateMachine:", ":execution:")}:one`;
  expect(readRoute(routeToMachine(arn, listed), configuration)).toMatchObject({ kind: "machine", listed });
  expect(readRoute("#?status=FAILED", configuration)).toMatchObject({ kind: "home", listed: { status: "FAILED" } });
  expect(readRoute(routeTo(run, { ...wholeExecution, listed }), configuration)).toMatchObject({
    executionArn: run,
    filter: everyImage,
    listed,
  });
});

it("an address that was broken by hand still leads to what it says", () => {
  const route = readRoute(`#${machine.name}/%E0%A4%A?image=0&run=x&show=all`, configuration);
  expect(route).toMatchObject({ kind: "execution", selection: undefined, filter: everyImage });
  expect(route).toHaveProperty("executionArn", expect.stringMatching(/:%E0%A4%A$/));
});

it("says which parts of an address mean nothing", () => {
  const hash = `#${machine.name}/e?image=0&state=A&show=all&below=0.5&events=&type=&colour=red&order=request`;
  const route = readRoute(hash, configuration);
  expect(route.kind === "execution" && meaninglessIn(hash, route)).toEqual([
    "image=0",
    "show=all",
    "type=",
    "colour=red",
  ]);
  expect(meaninglessIn(routeTo("", wholeExecution), wholeExecution)).toEqual([]);
});

it("an address leads to the history that was opened from a file", () => {
  const shown: Shown = { ...wholeExecution, selection: { kind: "run", id: 3 } };
  expect(routeTo("imported:history.json", shown)).toBe("#:file?run=3");
  expect(readRoute("#:file?run=3", configuration)).toMatchObject({ kind: "file", selection: { kind: "run", id: 3 } });
});

it("a machine is called without what the stack and the engine added to its name", () => {
  expect(machineTitle(machine, configuration)).toBe("three-images");
  expect(machineTitle({ ...machine, name: "Mine" }, configuration)).toBe("Mine");
});
