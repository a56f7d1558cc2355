import { afterEach, describe, expect, it } from "vitest";
import {
  bucket,
  distributed,
  distributedState,
  reader,
  type WithBucket,
  withBucket,
  writer,
} from "./test-support/distributed.ts";
import { FunctionError, type Handlers, machine } from "./test-support/harness.ts";

let current: WithBucket | undefined;
afterEach(async () => {
  await current?.stop();
  current = undefined;
});

async function started(fields: object, handlers: Handlers, executionType = "STANDARD"): Promise<WithBucket> {
  current = await withBucket([distributed(fields, executionType)], handlers);
  return current;
}

interface Manifest {
  readonly DestinationBucket: string;
  readonly MapRunArn: string;
  readonly ResultFiles: Record<string, { readonly Key: string; readonly Size: number }[]>;
}

describe("a Distributed Map", () => {
  it("runs each item as a separate execution and returns the outputs in the order of the items", async () => {
    const { harness } = await started({}, { work: (input) => Number(input) * 10 });
    const arn = await harness.start([1, 2, 3]);
    const ended = await harness.ended(arn);
    expect(ended).toMatchObject({ status: "SUCCEEDED", output: "[10,20,30]" });
    const events = await harness.history(arn);
    expect(events.map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
      ["ExecutionStarted", 0],
      ["MapStateEntered", 0],
      ["MapStateStarted", 2],
      ["MapRunStarted", 3],
      ["MapRunSucceeded", 4],
      ["MapStateSucceeded", 5],
      ["MapStateExited", 5],
      ["ExecutionSucceeded", 7],
    ]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 3 });
    const mapRunArn = events[3]?.mapRunStartedEventDetails?.mapRunArn;
    expect(mapRunArn).toMatch(/^arn:aws:states:us-east-1:000000000000:mapRun:machine\/Each:[0-9a-f-]{36}$/);
  });

  it.each(["STANDARD", "EXPRESS"])("reads, batches and writes through a bucket, with %s children", async (type) => {
    const fields = {
      ...reader("plans/items.json"),
      ItemSelector: { "at.$": "$$.Map.Item.Index", "item.$": "$$.Map.Item.Value", "of.$": "$.id" },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "id.$": "$.id" } },
      ...writer(),
      ResultPath: "$.run",
    };
    const { harness, put, get } = await started(fields, { work: (input) => input }, type);
    await put("plans/items.json", JSON.stringify(["a", "b", "c"]));
    const ended = await harness.ended(await harness.start({ id: "one" }));
    const output = JSON.parse(ended.output ?? "{}");
    const uuid = output.run.MapRunArn.split(":").at(-1);
    expect(output).toEqual({
      id: "one",
      run: {
        MapRunArn: output.run.MapRunArn,
        ResultWriterDetails: { Bucket: bucket, Key: `runs/${uuid}/manifest.json` },
      },
    });
    const manifest = JSON.parse(await get(`runs/${uuid}/manifest.json`)) as Manifest;
    const text = await get(`runs/${uuid}/SUCCEEDED_0.json`);
    expect(manifest).toEqual({
      DestinationBucket: bucket,
      MapRunArn: output.run.MapRunArn,
      ResultFiles: {
        FAILED: [],
        PENDING: [],
        SUCCEEDED: [{ Key: `runs/${uuid}/SUCCEEDED_0.json`, Size: Buffer.byteLength(text) }],
      },
    });
    const records = JSON.parse(text) as Record<string, string>[];
    expect(records.map(({ Input }) => JSON.parse(Input ?? ""))).toEqual([
      {
        BatchInput: { id: "one" },
        Items: [
          { at: 0, item: "a", of: "one" },
          { at: 1, item: "b", of: "one" },
        ],
      },
      { BatchInput: { id: "one" }, Items: [{ at: 2, item: "c", of: "one" }] },
    ]);
    const kind = type === "EXPRESS" ? "express" : "execution";
    expect(records[0]).toMatchObject({
      ExecutionArn: expect.stringContaining(`:${kind}:machine/Each:${records[0]?.["Name"]}`),
      Output: records[0]?.["Input"],
      InputDetails: { Included: true },
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: "NOT_REDRIVABLE",
      StateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:machine/Each",
      Status: "SUCCEEDED",
      StartDate: expect.stringMatching(/^2026-/),
      StopDate: expect.stringMatching(/^2026-/),
    });
  });

  it("gives up with the first failure, and writes what succeeded, failed and was never begun", async () => {
    const work = (input: unknown) => {
      if (input === 2) throw new FunctionError("Broken");
      return input;
    };
    const { harness, get } = await started({ MaxConcurrency: 1, ...writer("a/b/") }, { work });
    const arn = await harness.start([1, 2, 3, 4]);
    expect(await harness.ended(arn)).toMatchObject({
      status: "FAILED",
      error: "States.ExceedToleratedFailureThreshold",
      cause: "The specified tolerated failure threshold was exceeded",
    });
    const events = await harness.history(arn);
    expect(events.slice(3).map(({ type }) => type)).toEqual([
      "MapRunStarted",
      "MapRunFailed",
      "MapStateFailed",
      "ExecutionFailed",
    ]);
    const uuid = events[3]?.mapRunStartedEventDetails?.mapRunArn?.split(":").at(-1);
    const statuses = async (category: string) => {
      const records = JSON.parse(await get(`a/b/${uuid}/${category}_0.json`)) as Record<string, string>[];
      return records.map((record) => [record["Status"], record["Input"], record["Error"]]);
    };
    expect(await statuses("SUCCEEDED")).toEqual([["SUCCEEDED", "1", undefined]]);
    expect(await statuses("FAILED")).toEqual([["FAILED", "2", "Broken"]]);
    expect(await statuses("PENDING")).toEqual([
      ["PENDING", "3", undefined],
      ["PENDING", "4", undefined],
    ]);
  });

  it("runs in every iteration of an inline Map, and in the children of another Distributed Map", async () => {
    const inner = distributedState({ Label: "Inner", End: true });
    const each = (state: object) => ({ StartAt: "Outer", States: { Outer: { ...state, End: true } } });
    const inline = { Type: "Map", ItemProcessor: { StartAt: "Inner", States: { Inner: inner } } };
    const outer = distributedState({}, "STANDARD", { Nested: { ...inner, Label: "Nested" } });
    const machines = [machine(each(inline), { name: "inline" }), machine(each(outer), { name: "outer" })];
    current = await withBucket(machines, { work: (input) => input });
    const { harness } = current;
    for (const { arn: stateMachineArn, name } of machines) {
      const arn = await harness.start([[1, 2], [3]], "one", stateMachineArn);
      expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: "[[1,2],[3]]" });
      const { mapRuns } = await harness.call<{ mapRuns: { mapRunArn: string }[] }>("ListMapRuns", {
        executionArn: arn,
      });
      expect(new Set(mapRuns.map(({ mapRunArn }) => mapRunArn)).size).toBe(name === "inline" ? 2 : 1);
    }
  });

  it("of nothing succeeds with nothing, and writes a manifest without files", async () => {
    const { harness, put, get } = await started({ ...reader("none.json"), ...writer() }, {});
    await put("none.json", "[]");
    const ended = await harness.ended(await harness.start({}));
    const { Key } = JSON.parse(ended.output ?? "{}").ResultWriterDetails;
    expect(JSON.parse(await get(Key)).ResultFiles).toEqual({ FAILED: [], PENDING: [], SUCCEEDED: [] });
    expect(await harness.ended(await harness.start({}))).toMatchObject({ status: "SUCCEEDED" });
  });

  it("begins a new Map Run for each retry", async () => {
    let broken = true;
    const work = () => {
      if (broken) throw new FunctionError("Broken");
      return "done";
    };
    const Retry = [{ ErrorEquals: ["States.ExceedToleratedFailureThreshold"], IntervalSeconds: 5, MaxAttempts: 1 }];
    const { harness } = await started({ Retry }, { work });
    harness.clock.sleep(1_000, new AbortController().signal).then(() => {
      broken = false;
    });
    const arn = await harness.start([1]);
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '["done"]' });
    const runs = (await harness.history(arn)).filter(({ type }) => type === "MapRunStarted");
    expect(new Set(runs.map((event) => event.mapRunStartedEventDetails?.mapRunArn)).size).toBe(2);
  });

  it("is given up with its children when another branch fails, and says so in the history", async () => {
    const branches = [
      { StartAt: "Each", States: { Each: distributedState({ ItemsPath: "$.items", End: true }) } },
      {
        StartAt: "Nap",
        States: { Nap: { Type: "Wait", Seconds: 5, Next: "Doom" }, Doom: { Type: "Fail", Error: "Doom" } },
      },
    ];
    const Catch = [{ ErrorEquals: ["Doom"], ResultPath: null, Next: "Later" }];
    const definition = {
      StartAt: "Both",
      States: { Both: { Type: "Parallel", Branches: branches, Catch, End: true }, Later: { Type: "Pass", End: true } },
    };
    current = await withBucket([machine(definition)], { work: () => new Promise(() => {}) });
    const { harness } = current;
    const arn = await harness.start({ items: [1, 2] });
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    const events = await harness.history(arn);
    const types = events.map(({ type }) => type);
    expect(types.slice(types.indexOf("FailStateEntered"))).toEqual([
      "FailStateEntered",
      "MapRunAborted",
      "MapStateAborted",
      "ParallelStateFailed",
      "ParallelStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ]);
    const mapRunArn = events.find(({ type }) => type === "MapRunStarted")?.mapRunStartedEventDetails?.mapRunArn;
    expect(await harness.call("DescribeMapRun", { mapRunArn })).toMatchObject({
      status: "ABORTED",
      executionCounts: { aborted: 2, running: 0 },
    });
  });
});
