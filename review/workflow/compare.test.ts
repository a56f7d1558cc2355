import { describe, expect, it } from "vitest";
import type { Program } from "../program/program.ts";
import { plainText } from "../report/sentence.ts";
import { sidesOf } from "../resources/sides.ts";
import { resource } from "../test-support/resource.ts";
import { workflowChanges } from "./compare.ts";

type States = Record<string, Record<string, unknown>>;
const arn = "arn:aws:lambda:us-east-1:000000000000:function:work-1234567";

function program(definition: object): Program {
  const machine = resource("aws:sfn/stateMachine:StateMachine", "main", {
    inputs: { definition: JSON.stringify(definition) },
  });
  const worker = resource("aws:lambda/function:Function", "work", {
    inputs: { timeout: 60 },
    outputs: { arn, name: "work-1234567" },
  });
  return {
    stack: "dev",
    region: "us-east-1",
    accountId: "000000000000",
    resources: [machine, worker],
    outputs: {},
    configuration: {},
    unknown: [],
    calls: [],
    images: [],
  };
}

const states: States = {
  first: {
    Type: "Task",
    Parameters: { FunctionName: `${arn}:1` },
    TimeoutSeconds: 100,
    Retry: [{ ErrorEquals: ["A", "B"], MaxAttempts: 5 }],
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "sorry" }],
    Next: "second",
  },
  second: { Type: "Choice", Choices: [{ Variable: "$.x", IsPresent: true, Next: "sorry" }], Default: "third" },
  third: {
    Type: "Map",
    MaxConcurrency: 4,
    ItemProcessor: { StartAt: "inner", States: { inner: { Type: "Pass", End: true } } },
    End: true,
  },
  sorry: { Type: "Fail", Error: "Sorry" },
};
const machine = (changed: States = {}, more: object = {}) => ({
  StartAt: "first",
  States: { ...states, ...changed },
  ...more,
});

function said(after: object, before: object = machine()): readonly string[] {
  return workflowChanges(sidesOf(program(before), program(after))).findings.map(
    ({ rule, sentence }) => `${rule}: ${plainText(sentence).replace('workflow "main": ', "")}`,
  );
}

describe("a workflow", () => {
  it("is the same with other key order, white space, order of errors and release", () => {
    const reordered = {
      States: {
        ...machine().States,
        first: { ...states["first"], Retry: [{ MaxAttempts: 5, ErrorEquals: ["B", "A"] }] },
      },
      StartAt: "first",
    };
    expect(said(reordered)).toEqual([]);
    const release = (id: string) =>
      machine({ third: { ...states["third"], Parameters: { release: id } } }, { Comment: `Does work. Release ${id}.` });
    expect(said(release("0123456789ab"), release("ba9876543210"))).toEqual([]);
  });

  it("is the same with the defaults of the language written out", () => {
    const written = { ...states["first"], InputPath: "$", ResultPath: "$", OutputPath: "$" };
    expect(said(machine({ first: written }, { Version: "1.0" }))).toEqual([]);
    expect(said(machine({ first: { ...states["first"], ResultPath: "$.x" } }))).toHaveLength(1);
  });

  it("with other comments is comments only", () => {
    expect(said(machine({}, { Comment: "Hello" }))).toEqual(["comments-only: comments only"]);
    expect(said(machine({ sorry: { ...states["sorry"], Comment: "No" } }))).toEqual(["comments-only: comments only"]);
  });

  it("says what is added, removed, renamed and rewired", () => {
    const { third = {}, ...others } = states;
    expect(
      said({ StartAt: "first", States: { ...others, last: third, second: { ...states["second"], Default: "last" } } }),
    ).toEqual(['workflow-changed: state "third" is renamed "last"']);
    expect(
      said(
        machine({ pause: { Type: "Wait", Seconds: 3, Next: "second" }, first: { ...states["first"], Next: "pause" } }),
      ),
    ).toEqual([
      'workflow-changed: state "pause" is added, a Wait',
      'workflow-changed: state "first" goes to "pause" instead of "second"',
    ]);
    expect(said(machine({ second: { ...states["second"], Default: "sorry" } }))).toEqual([
      'workflow-changed: state "second" goes to "sorry" instead of "third" otherwise',
    ]);
  });

  it.each([
    [{ Retry: [] }, 'state "first" no longer retries "A" and "B"'],
    [
      { Retry: [{ ErrorEquals: ["A", "B"], MaxAttempts: 2 }] },
      'state "first" retries "A" and "B" 2 times instead of 5',
    ],
    [{ Catch: [] }, 'state "first" no longer catches "States.ALL": they end its workflow'],
    [
      { Catch: [{ ErrorEquals: ["States.ALL"], Next: "third" }] },
      'state "first" goes to "third" instead of "sorry" on "States.ALL"',
    ],
    [{ TimeoutSeconds: 200 }, 'state "first" has another timeout in seconds: 100 → 200'],
  ])("says in words what %j means", (changed, expected) => {
    expect(said(machine({ first: { ...states["first"], ...changed } }))).toEqual([`workflow-changed: ${expected}`]);
  });

  it("says which state gives up before its function ends, once", () => {
    const short = machine({ first: { ...states["first"], TimeoutSeconds: 30 } });
    expect(said(short)[0]).toBe(
      'timeout-below-function: state "first" waits 30 s for function "work", which may run 60 s: the call is given up and goes on',
    );
    expect(said(short, short)).toEqual([]);
  });

  it("draws the changed part", () => {
    const after = machine({ first: { ...states["first"], Next: "third" } });
    const [graph] = workflowChanges(sidesOf(program(machine()), program(after))).graphs;
    expect(graph?.mermaid).toMatch(/^flowchart TD\n/);
    expect(graph?.mermaid).toContain('"first"]:::changed');
    expect(graph?.mermaid).toMatch(/s\d+ -->\|"#43; then"\| s\d+/);
    expect(graph?.mermaid).not.toContain("inner");
  });
});
