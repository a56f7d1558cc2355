import { expect, it } from "vitest";
import { ProblemError } from "../service/problem.ts";
import { Actions } from "./actions.ts";

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
    },
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
