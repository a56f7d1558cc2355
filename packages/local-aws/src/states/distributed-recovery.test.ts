import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { StateMachineResource } from "../graph.ts";
import { distributedState, reader, type WithBucket, withBucket, writer } from "./test-support/distributed.ts";
import { type Ended, FunctionError, type Handlers, type Harness, machine, task } from "./test-support/harness.ts";

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

/**
 * Two parallel Distributed Maps, followed by one that fails and is caught: together they cover every situation in which
 * a crash can occur.
 */
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
const handlers: Handlers = {
  work: (input) => {
    if (input === "bad") throw new FunctionError("Bad");
    return { done: input };
  },
};

interface Run {
  readonly mapRunArn: string;
  readonly status: string;
  readonly executionCounts: Readonly<Record<string, number>>;
}

/** Returns the status and the children of an execution's Map Runs, by label. */
async function mapRunsOf(harness: Harness, executionArn: string) {
  const { mapRuns } = await harness.call<{ mapRuns: Run[] }>("ListMapRuns", { executionArn });
  const rows = mapRuns.map(async ({ mapRunArn }) => {
    const { status, executionCounts } = await harness.call<Run>("DescribeMapRun", { mapRunArn });
    const { total, succeeded, failed, pending, running, aborted } = executionCounts;
    return [mapRunArn.split(/[/:]/).at(-2), status, { total, succeeded, failed, pending, running, aborted }] as const;
  });
  return (await Promise.all(rows)).toSorted(([left = ""], [right = ""]) => left.localeCompare(right));
}

/**
 * Runs a machine to its end, then again from every point at which a crash could occur; `check` verifies each result.
 */
async function crashEverywhere(
  resource: StateMachineResource,
  functions: Handlers,
  check: (again: WithBucket, arn: string, ended: Ended) => Promise<void>,
): Promise<number> {
  const logging = { level: "ALL", includeExecutionData: true, logGroupName: "events" } as const;
  const resources = [{ ...resource, logging }];
  const whole = path.join(folder, "whole");
  // Everything is written immediately, so a copy of the folder made when an event is logged equals what a crash would
  // leave behind.
  const copies: string[] = [];
  const logs = {
    write() {
      const copy = path.join(folder, `copy-${copies.length}`);
      cpSync(whole, copy, { recursive: true });
      copies.push(copy);
    },
  };
  const first = await withBucket(resources, functions, { dataDir: whole, logs });
  await first.put("items.json", JSON.stringify([1, 2, 3, 4, 5]));
  const arn = await first.harness.start({ items: ["a", "bad", "c"] }, "one");
  const ended = await first.harness.ended(arn);
  const types = (await first.harness.history(arn)).map(({ type }) => type);
  await check(first, arn, ended);
  await first.stop();
  // The first event is recorded before the start is acknowledged. A crash at that point loses nothing that a client
  // knows about.
  for (const copy of copies.slice(1)) {
    const again = await withBucket(resources, functions, { dataDir: copy });
    again.harness.states.recover();
    expect(await again.harness.ended(arn)).toMatchObject({ status: ended.status, output: ended.output });
    const events = await again.harness.history(arn);
    expect(events.map(({ type }) => type).toSorted()).toEqual(types.toSorted());
    await check(again, arn, ended);
    await again.stop();
  }
  return copies.length;
}

const none = { running: 0, aborted: 0 };

it("ends the same way and begins no child twice, wherever a crash came", async () => {
  const crashes = await crashEverywhere(machine(definition), handlers, async ({ harness, get }, arn, ended) => {
    const output = JSON.parse(ended.output ?? "{}");
    expect(output.both[1]).toEqual({ outputs: ["a", "c"] });
    expect(output.failure.Error).toBe("States.ExceedToleratedFailureThreshold");
    expect(await mapRunsOf(harness, arn)).toEqual([
      ["Batches", "SUCCEEDED", { total: 3, succeeded: 3, failed: 0, pending: 0, ...none }],
      ["Doomed", "FAILED", { total: 3, succeeded: 1, failed: 1, pending: 1, ...none }],
      ["Items", "SUCCEEDED", { total: 3, succeeded: 2, failed: 1, pending: 0, ...none }],
    ]);
    const manifest = await get(output.both[0].ResultWriterDetails.Key);
    expect(JSON.parse(manifest).ResultFiles.SUCCEEDED).toHaveLength(1);
  });
  expect(crashes).toBeGreaterThan(80);
});

it("goes on with a Map Run during which the service was stopped", async () => {
  const resource = machine({ StartAt: "Each", States: { Each: distributedState({ End: true }) } });
  const begun: unknown[] = [];
  const forever: Handlers = {
    work(input) {
      begun.push(input);
      return new Promise(() => {});
    },
  };
  const first = await withBucket([resource], forever, { dataDir: folder });
  const arn = await first.harness.start([1, 2], "one");
  while (begun.length < 2) await new Promise(setImmediate);
  first.s3.close();
  await first.harness.states.close();
  const again = await withBucket([resource], { work: (input) => Number(input) * 10 }, { dataDir: folder });
  again.harness.states.recover();
  expect(await again.harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: "[10,20]" });
  expect(await mapRunsOf(again.harness, arn)).toMatchObject([["Each", "SUCCEEDED", { succeeded: 2, aborted: 0 }]]);
  await again.stop();
});

it("leaves no child running of a Map Run that was given up, wherever a crash came", async () => {
  const doomed = {
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [
          branch("Each", distributedState({ ItemsPath: "$.items", End: true })),
          {
            StartAt: "Nap",
            States: { Nap: { Type: "Wait", Seconds: 5, Next: "Doom" }, Doom: { Type: "Fail", Error: "Doom" } },
          },
        ],
        Catch: [{ ErrorEquals: ["Doom"], ResultPath: null, Next: "Kept" }],
        End: true,
      },
      Kept: { Type: "Pass", End: true },
    },
  };
  const never: Handlers = { work: () => new Promise(() => {}) };
  await crashEverywhere(machine(doomed), never, async ({ harness }, arn) => {
    const runningCount = async () => (await mapRunsOf(harness, arn))[0]?.[2].running;
    while ((await runningCount()) !== 0) await new Promise(setImmediate);
    expect(await mapRunsOf(harness, arn)).toMatchObject([["Each", "ABORTED", { running: 0, succeeded: 0, failed: 0 }]]);
  });
});
