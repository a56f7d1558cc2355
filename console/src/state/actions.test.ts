import { expect, it } from "vitest";
import { ProblemError } from "../service/problem.ts";
import { Actions } from "./actions.ts";
import { Drafts } from "./drafts.ts";

function world(refusal?: Error) {
  const calls: string[] = [];
  const done: string[] = [];
  const call = async (name: string): Promise<void> => {
    if (refusal) throw refusal;
    calls.push(name);
  };
  const actions = new Actions({
    stepFunctions: {
      async start(machineArn, input) {
        await call(`start ${machineArn} ${input}`);
        return "execution:new";
      },
      stop: (arn) => call(`stop ${arn}`),
      redrive: (arn) => call(`redrive ${arn}`),
      async tryState({ name }, state, input) {
        await call(`try ${state} of ${name} ${input}`);
        return { status: "SUCCEEDED", output: "{}", error: undefined, cause: undefined, nextState: "Next" };
      },
    },
    drafts: new Drafts({ getItem: () => null, setItem() {}, removeItem() {} }),
    changed() {},
    done: (arn) => done.push(arn),
  });
  return { actions, calls, done };
}

it("starts an execution with the edited input, shows it, and remembers the input", async () => {
  const { actions, calls, done } = world();
  actions.propose({ kind: "start", machineArn: "machine", input: "{}" });
  actions.edit('{"a":1}');
  await actions.confirm();
  expect(calls).toEqual(['start machine {"a":1}']);
  expect(done).toEqual(["execution:new"]);
  expect(actions.pending).toBeUndefined();
  expect(actions.lastInput("machine")).toBe('{"a":1}');
});

it.each(["stop", "redrive"] as const)("does a %s only when it is confirmed", async (kind) => {
  const { actions, calls } = world();
  actions.propose({ kind, executionArn: "execution:one" });
  actions.cancel();
  await actions.confirm();
  expect(calls).toEqual([]);
  actions.propose({ kind, executionArn: "execution:one" });
  await actions.confirm();
  expect(calls).toEqual([`${kind} execution:one`]);
});

it("refuses an input that is not JSON before anything is sent, and keeps what was typed", async () => {
  const { actions, calls } = world();
  actions.propose({ kind: "start", machineArn: "machine", input: "{" });
  await actions.confirm();
  expect(calls).toEqual([]);
  expect(actions.problem?.message).toMatch(/^The input is not JSON: /);
  expect(actions.pending).toMatchObject({ input: "{" });
});

it("a rejected action shows the reason and changes nothing", async () => {
  const { actions, done } = world(new ProblemError("ExecutionNotRedrivable", "It runs."));
  actions.propose({ kind: "redrive", executionArn: "execution:one" });
  await actions.confirm();
  expect(actions.problem).toEqual({ code: "ExecutionNotRedrivable", message: "It runs." });
  expect(actions.pending).toBeDefined();
  expect(done).toEqual([]);
  expect(actions.busy).toBe(false);
});

it("shows what became of a tried state and stays open, for another try", async () => {
  const { actions, calls, done } = world();
  const execution = { arn: "execution:one", name: "one", startedAt: 0 };
  actions.propose({ kind: "try", execution, state: "Classify", input: "{}" });
  await actions.confirm();
  expect(actions.tried).toMatchObject({ status: "SUCCEEDED", nextState: "Next" });
  actions.edit('{"a":1}');
  await actions.confirm();
  expect(calls).toEqual(["try Classify of one {}", 'try Classify of one {"a":1}']);
  expect([actions.pending?.kind, done]).toEqual(["try", []]);
  actions.cancel();
  actions.propose({ kind: "stop", executionArn: "execution:one" });
  expect(actions.tried).toBeUndefined();
});

it("keeps what was typed when a dialog is closed, and offers it in the next one", async () => {
  const { actions } = world();
  actions.propose({ kind: "start", machineArn: "machine", input: "{}" });
  actions.edit('{"a":1}');
  expect(actions.draft).toBeUndefined();
  actions.cancel();
  expect(actions.lastInput("machine")).toBe('{"a":1}');
  actions.propose({ kind: "start", machineArn: "machine", input: '{"again":true}' });
  expect(actions.draft).toBe('{"a":1}');
  await actions.confirm();
  expect(actions.lastInput("machine")).toBe('{"again":true}');
});

it("shows nothing of an action in a dialog that was opened after it", async () => {
  const { actions } = world();
  const execution = { arn: "execution:one", name: "one", startedAt: 0 };
  actions.propose({ kind: "try", execution, state: "First", input: "{}" });
  const first = actions.confirm();
  actions.cancel();
  actions.propose({ kind: "try", execution, state: "Second", input: "{}" });
  await first;
  expect([actions.pending, actions.tried, actions.busy]).toEqual([
    { kind: "try", execution, state: "Second", input: "{}" },
    undefined,
    false,
  ]);
});

it("shows an execution whose start was confirmed before the dialog was closed, and leaves the next dialog open", async () => {
  const { actions, done } = world();
  actions.propose({ kind: "start", machineArn: "machine", input: "{}" });
  const start = actions.confirm();
  actions.cancel();
  actions.propose({ kind: "stop", executionArn: "execution:one" });
  await start;
  expect([done, actions.pending]).toEqual([["execution:new"], { kind: "stop", executionArn: "execution:one" }]);
});

it("keeps what was typed while an execution was being started", async () => {
  const { actions } = world();
  actions.propose({ kind: "start", machineArn: "machine", input: "{}" });
  const start = actions.confirm();
  actions.edit('{"b":2}');
  await start;
  expect(actions.lastInput("machine")).toBe('{"b":2}');
});
