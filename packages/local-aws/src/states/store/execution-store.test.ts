import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ExecutionRecord, ExecutionStore } from "./execution-store.ts";

const day = 24 * 60 * 60 * 1_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function execution(name: string, fields: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    arn: `arn:aws:states:us-east-1:000000000000:execution:m:${name}`,
    name,
    machineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
    roleArn: "arn:aws:iam::000000000000:role/m",
    definitionHash: "",
    startedAt: 0,
    status: "RUNNING",
    redriveCount: 0,
    ...fields,
  };
}

function save(store: ExecutionStore, record: ExecutionRecord): void {
  const event = { id: 1, previousEventId: 0, timestamp: 0, type: "ExecutionStarted" };
  store.append(record.arn, { branch: "", event });
  store.save(record);
}

describe("ExecutionStore", () => {
  it("returns the last record of each execution, oldest start first, with any name", async () => {
    const store = new ExecutionStore(folder);
    for (const name of ["..", "Straße", "CON", "con"]) save(store, execution(name));
    store.save(execution("..", { status: "SUCCEEDED", stoppedAt: 5 }));
    await store.flush();
    const again = new ExecutionStore(folder);
    expect(again.load(10).map(({ name, status }) => [name, status])).toEqual([
      ["..", "SUCCEEDED"],
      ["Straße", "RUNNING"],
      ["CON", "RUNNING"],
      ["con", "RUNNING"],
    ]);
    expect(again.history(execution("con").arn)).toHaveLength(1);
    expect(readdirSync(path.join(folder, "histories"))).toHaveLength(4);
  });

  it("forgets an execution and its history 90 days after its end, and rewrites its list without it", async () => {
    const store = new ExecutionStore(folder);
    save(store, execution("old", { status: "FAILED", stoppedAt: 0 }));
    save(store, execution("young", { status: "FAILED", stoppedAt: day }));
    await store.flush();
    expect(new ExecutionStore(folder).load(90 * day).map(({ name }) => name)).toEqual(["young"]);
    expect(readdirSync(path.join(folder, "histories"))).toHaveLength(1);
    expect(readFileSync(path.join(folder, "executions.jsonl"), "utf8").split("\n")).toHaveLength(2);
  });

  it("keeps a definition once, under its hash", () => {
    const store = new ExecutionStore(folder);
    const hash = store.saveDefinition('{"StartAt":"A"}');
    expect(store.saveDefinition('{"StartAt":"A"}')).toBe(hash);
    expect(new ExecutionStore(folder).definition(hash)).toBe('{"StartAt":"A"}');
    expect(readdirSync(path.join(folder, "definitions"))).toEqual([`${hash}.json`]);
  });
});
