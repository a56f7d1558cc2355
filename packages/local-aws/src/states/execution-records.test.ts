import { describe, expect, it } from "vitest";
import { ExecutionRecords } from "./execution-records.ts";
import type { ExecutionRecord } from "./store/execution-store.ts";

const record = (arn: string, mapRun?: { arn: string; index: number }, fields: Partial<ExecutionRecord> = {}) =>
  ({
    arn,
    status: "RUNNING",
    ...(mapRun && { mapRun: { ...mapRun, items: 1, redriveCount: 0 } }),
    ...fields,
  }) as ExecutionRecord;

describe("ExecutionRecords", () => {
  it("lists executions in the order in which they began, each with its latest record", () => {
    const records = new ExecutionRecords();
    for (const arn of ["a", "b"]) records.set(record(arn));
    records.set(record("a", undefined, { status: "SUCCEEDED" }));
    expect(records.all().map(({ arn, status }) => [arn, status])).toEqual([
      ["a", "SUCCEEDED"],
      ["b", "RUNNING"],
    ]);
    expect([records.get("a")?.status, records.has("b"), records.get("c")]).toEqual(["SUCCEEDED", true, undefined]);
  });

  it("finds the children of one Map Run by their index, with a gap for one that was never started", () => {
    const records = new ExecutionRecords();
    records.set(record("parent"));
    records.set(record("second", { arn: "run", index: 2 }));
    records.set(record("zeroth", { arn: "run", index: 0 }));
    records.set(record("other", { arn: "another run", index: 0 }));
    expect(records.childrenOf("run").map((child) => child?.arn)).toEqual(["zeroth", undefined, "second"]);
    expect(records.childrenOf("no run")).toEqual([]);
  });

  it("gives the child that began last at an index, also if the one before it ends afterwards", () => {
    const records = new ExecutionRecords();
    records.set(record("former", { arn: "run", index: 0 }));
    records.set(record("later", { arn: "run", index: 0 }));
    records.set(record("former", { arn: "run", index: 0 }, { status: "ABORTED" }));
    expect(records.childrenOf("run").map((child) => child?.arn)).toEqual(["later"]);
    expect(records.ofMapRun("run").map(({ arn, status }) => [arn, status])).toEqual([
      ["former", "ABORTED"],
      ["later", "RUNNING"],
    ]);
  });
});
