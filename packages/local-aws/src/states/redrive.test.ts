import { expect, it } from "vitest";
import { FunctionError, Harness, machine, task } from "./test-support/harness.ts";

const each = machine({
  StartAt: "Before",
  States: {
    Before: task("before", { ResultPath: null, OutputPath: "$", Next: "Each" }),
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "One", States: { One: task("one", { Next: "Two" }), Two: task("two") } },
      End: true,
    },
  },
});

it("does again only what failed or was never begun: finished states and iterations stay", async () => {
  let broken = true;
  const harness = new Harness([each], {
    before: () => "done",
    one: (input) => Number(input) * 10,
    two: (input) => {
      if (broken && input === 20) throw new FunctionError("Broken");
      return input;
    },
  });
  const arn = await harness.start({ items: [1, 2, 3] });
  expect(await harness.ended(arn)).toMatchObject({ status: "FAILED", error: "Broken" });
  const before = await harness.history(arn);
  broken = false;
  harness.invoker.calls.length = 0;
  await harness.call("RedriveExecution", { executionArn: arn });
  expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: "[10,20,30]", redriveCount: 1 });
  expect(harness.invoker.calls.map(({ name, payload }) => [name, payload])).toEqual([
    ["two", 20],
    ["one", 3],
    ["two", 30],
  ]);
  const after = await harness.history(arn);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after[before.length]).toMatchObject({
    type: "ExecutionRedriven",
    executionRedrivenEventDetails: { redriveCount: 1 },
  });
  await harness.stop();
});

it("can fail again, be redriven again, and outlive a restart in between", async () => {
  const handlers = { before: () => "done", one: (input: unknown) => input, two: (): unknown => never() };
  const first = new Harness([each], { ...handlers, two: () => Promise.reject(new FunctionError("Broken")) });
  const arn = await first.start({ items: [1] });
  for (let redrives = 1; redrives <= 2; redrives += 1) {
    expect(await first.ended(arn)).toMatchObject({ status: "FAILED", redriveCount: redrives - 1 });
    await first.call("RedriveExecution", { executionArn: arn });
  }
  expect(await first.ended(arn)).toMatchObject({ status: "FAILED", redriveCount: 2 });
  await first.states.close();
  const second = new Harness([each], handlers, { dataDir: first.folder });
  await second.call("RedriveExecution", { executionArn: arn });
  while (second.invoker.calls.length === 0) await new Promise(setImmediate);
  await second.states.close();
  const third = new Harness([each], { ...handlers, two: () => "at last" }, { dataDir: first.folder });
  third.states.recover();
  expect(await third.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '["at last"]', redriveCount: 3 });
  expect(third.invoker.calls.map(({ name }) => name)).toEqual(["two"]);
  await third.stop();
});

function never(): Promise<never> {
  return new Promise(() => {});
}
