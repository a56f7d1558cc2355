import { expect, it } from "vitest";
import type { DoorCall } from "./door-keeper.ts";
import type { Reply } from "./operation.ts";
import { SharedReads } from "./shared-reads.ts";
import { SharingKeeper } from "./sharing-keeper.ts";

const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:own:one";
const call = (operation: string, input: object = { executionArn }): DoorCall => ({
  service: "states",
  operation,
  input,
});

/** A service that counts its calls. */
function service(body: object = {}) {
  const state = { calls: 0, make: async (): Promise<Reply> => ({ body: { ...body, call: ++state.calls } }) };
  return state;
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers() {
  let resolve = (_: Reply): void => {};
  const promise = new Promise<Reply>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

it("makes a read once that two tabs ask for at the same time, or one soon after the other", async () => {
  let now = 1;
  const reads = new SharedReads(1, () => now);
  const { make } = service();
  const history = call("GetExecutionHistory");
  const both = await Promise.all([reads.read(history, make), reads.read(history, make)]);
  expect(both).toEqual([{ body: { call: 1 } }, { body: { call: 1 } }]);
  now += 200;
  expect(await reads.read(history, make)).toEqual({ body: { call: 1 } });
  now += 100;
  expect(await reads.read(history, make)).toEqual({ body: { call: 2 } });
});

it("shares neither different inputs, nor errors, nor what is read once", async () => {
  const reads = new SharedReads();
  const { make } = service();
  await reads.read(call("ListExecutions", { maxResults: 1 }), make);
  expect(await reads.read(call("ListExecutions", { maxResults: 2 }), make)).toEqual({ body: { call: 2 } });
  const broken = () => Promise.reject(new Error("no"));
  await expect(reads.read(call("DescribeExecution"), broken)).rejects.toThrow("no");
  expect(await reads.read(call("DescribeExecution"), make)).toEqual({ body: { call: 3 } });
  await reads.read(call("DescribeStateMachine"), make);
  expect(await reads.read(call("DescribeStateMachine"), make)).toEqual({ body: { call: 5 } });
});

it("reads the history again once the execution is known to have ended, even if a read is under way", async () => {
  // A clock that does not advance, so that nothing becomes stale.
  const reads = new SharedReads(1, () => 1);
  const { promise, resolve: finish } = withResolvers();
  const slow = reads.read(call("GetExecutionHistory"), () => promise);
  await reads.read(call("DescribeExecution"), service({ stopDate: 1 }).make);
  const later = await reads.read(call("GetExecutionHistory"), async () => ({ body: { complete: true } }));
  finish({ body: { complete: false } });
  expect([later.body, (await slow).body]).toEqual([{ complete: true }, { complete: false }]);
  const again = await reads.read(call("GetExecutionHistory"), async () => ({ body: { complete: "unread" } }));
  expect(again.body).toEqual({ complete: true });
});

it("reads again after a call that changes something, even if that is refused", async () => {
  const keeper = new SharingKeeper();
  const { make } = service();
  await keeper.pass(call("ListExecutions"), make);
  await keeper.pass(call("StopExecution"), make);
  expect(await keeper.pass(call("ListExecutions"), make)).toEqual({ body: { call: 3 } });
  const refuse = () => Promise.reject(new Error("no"));
  await expect(keeper.pass(call("StartExecution"), refuse)).rejects.toThrow("no");
  expect(await keeper.pass(call("ListExecutions"), make)).toEqual({ body: { call: 4 } });
});
