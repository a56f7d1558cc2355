import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { distributedState, reader, withBucket, writer } from "./test-support/distributed.ts";
import { FunctionError, type Handlers, machine, task } from "./test-support/harness.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-distributed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const work = (name: string) => ({
  [name]: task("work", { Next: `Rest ${name}` }),
  [`Rest ${name}`]: { Type: "Wait", Seconds: 1, End: true },
});

/** Two Distributed Maps side by side, then one that fails and is caught: whatever a crash can meet. */
const definition = {
  StartAt: "Both",
  States: {
    Both: {
      Type: "Parallel",
      Branches: [
        branch("Batches", {
          ...distributedState({ Label: "Batches" }, "STANDARD", work("Batch")),
          ...reader("items.json"),
          ...writer(),
          ItemBatcher: { MaxItemsPerBatch: 2 },
          MaxConcurrency: 2,
          End: true,
        }),
        branch("Items", {
          ...distributedState({ Label: "Items" }, "EXPRESS", work("Item")),
          ItemsPath: "$.items",
          ToleratedFailureCount: 1,
          ResultSelector: { "outputs.$": "$[*].done" },
          End: true,
        }),
      ],
      ResultPath: "$.both",
      Next: "Doomed",
    },
    Doomed: {
      ...distributedState({ Label: "Doomed" }),
      ItemsPath: "$.items",
      MaxConcurrency: 1,
      Catch: [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"], ResultPath: "$.failure", Next: "Kept" }],
      End: true,
    },
    Kept: { Type: "Pass", End: true },
  },
};
const logging = { level: "ALL", includeExecutionData: true, logGroupName: "events" } as const;
const machines = [machine(definition, { logging })];
const handlers: Handlers = {
  work: (input) => {
    if (input === "bad") throw new FunctionError("Bad");
    return { done: input };
  },
};
const input = { items: ["a", "bad", "c"] };

it("ends the same way and begins no child twice, wherever a crash came", async () => {
  const whole = path.join(folder, "whole");
  // Everything is written at once: a copy of the folder made when an event is logged is what a crash there leaves behind.
  const copies: string[] = [];
  const logs = {
    write() {
      const copy = path.join(folder, `copy-${copies.length}`);
      cpSync(whole, copy, { recursive: true });
      copies.push(copy);
    },
  };
  const first = await withBucket(machines, handlers, { dataDir: whole, logs });
  await first.put("items.json", JSON.stringify([1, 2, 3, 4, 5]));
  const arn = await first.harness.start(input, "one");
  const ended = await first.harness.ended(arn);
  const types = (await first.harness.history(arn)).map(({ type }) => type);
  await first.stop();
  expect(ended.status).toBe("SUCCEEDED");
  const output = JSON.parse(ended.output ?? "{}");
  expect(output.both[1]).toEqual({ outputs: ["a", "c"] });
  expect(output.failure.Error).toBe("States.ExceedToleratedFailureThreshold");
  expect(copies.length).toBeGreaterThan(80);

  // The very first event comes before the start is acknowledged: a crash there has lost nothing that anybody knows of.
  for (const copy of copies.slice(1)) {
    const again = await withBucket(machines, handlers, { dataDir: copy });
    again.harness.states.recover();
    expect(await again.harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: ended.output });
    const events = await again.harness.history(arn);
    expect(events.map(({ type }) => type).toSorted()).toEqual(types.toSorted());
    const { mapRuns } = await again.harness.call<{ mapRuns: { mapRunArn: string }[] }>("ListMapRuns", {
      executionArn: arn,
    });
    const counts = [];
    for (const { mapRunArn } of mapRuns) {
      const { executionCounts, status } = await again.harness.call<{
        executionCounts: Record<string, number>;
        status: string;
      }>("DescribeMapRun", { mapRunArn });
      const { total, succeeded, failed, pending, running, aborted } = executionCounts;
      counts.push([mapRunArn.split(/[/:]/).at(-2), status, { total, succeeded, failed, pending, running, aborted }]);
    }
    const none = { running: 0, aborted: 0 };
    expect(counts.toSorted()).toEqual([
      ["Batches", "SUCCEEDED", { total: 3, succeeded: 3, failed: 0, pending: 0, ...none }],
      ["Doomed", "FAILED", { total: 3, succeeded: 1, failed: 1, pending: 1, ...none }],
      ["Items", "SUCCEEDED", { total: 3, succeeded: 2, failed: 1, pending: 0, ...none }],
    ]);
    const manifest = output.both[0].ResultWriterDetails.Key;
    expect(JSON.parse(await again.get(manifest)).ResultFiles.SUCCEEDED).toHaveLength(1);
    await again.stop();
  }
}, 240_000);
