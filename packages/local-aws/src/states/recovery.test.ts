import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FunctionError, type Handlers, Harness, machine, task } from "./test-support/harness.ts";
import { journey } from "./test-support/journey.ts";
import { journeyHandlers } from "./test-support/journey-handlers.ts";
import { recorded } from "./test-support/recorded.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-recovery-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Number of calls that remain after the first `count` events: a call whose end is on record is never repeated. */
function openCalls(events: readonly HistoryEvent[], count: number): number {
  const known = events.slice(0, count);
  const ended = known.filter(({ type }) => type === "TaskSucceeded" || type === "TaskFailed").length;
  const broken = known.some(({ type }) => type === "MapIterationFailed");
  // Of the five failing calls, four are aborted because of the fifth, as soon as its failure is on record.
  return events.filter(({ type }) => type === "TaskScheduled").length - ended - (broken ? 4 : 0);
}

describe("recover", () => {
  it("ends with the same result, whichever event was the last on disk", async () => {
    const { arn, ended, events, cut } = await recorded(folder, journey, journeyHandlers);
    expect(ended.status).toBe("SUCCEEDED");
    const types = events.map(({ type }) => type).toSorted();
    expect(events.length).toBeGreaterThan(80);
    for (let count = 1; count < events.length; count += 1) {
      const harness = new Harness([journey], journeyHandlers, { dataDir: cut(count, '{"branch":"","event":{"id":') });
      harness.states.recover();
      expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: ended.output });
      const again = await harness.history(arn);
      expect(again.slice(0, count)).toEqual(events.slice(0, count));
      expect(again.map(({ id }) => id)).toEqual(again.map((_, index) => index + 1));
      expect({ count, types: again.map(({ type }) => type).toSorted() }).toEqual({ count, types });
      expect({ count, calls: harness.invoker.calls.length }).toEqual({ count, calls: openCalls(events, count) });
      expect(harness.clock.waiting).toBe(0);
      await harness.stop();
    }
  });

  it("takes the same of two failures in one moment, whichever event was the last on disk", async () => {
    const map = (name: string) => ({
      Type: "Map",
      ItemsPath: "$.one",
      ItemProcessor: { StartAt: name, States: { [name]: task("deep") } },
      End: true,
    });
    const both = (Branches: object[], Next: string) => ({
      Type: "Parallel",
      Branches,
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: `$.${Next}`, Next }],
      End: true,
    });
    const branches = (name: string) => [
      { StartAt: `Map ${name}`, States: { [`Map ${name}`]: map(name) } },
      { StartAt: `Flat ${name}`, States: { [`Flat ${name}`]: task("flat") } },
    ];
    const race = machine({
      StartAt: "First",
      States: {
        First: both(branches("A"), "Second"),
        Second: both(branches("B").toReversed(), "Kept"),
        Kept: { Type: "Pass", End: true },
      },
    });
    const failures: Handlers = {
      deep: () => Promise.reject(new FunctionError("Deep")),
      flat: () => Promise.reject(new FunctionError("Flat")),
    };
    const { arn, ended, events, cut } = await recorded(folder, race, failures, { one: [1] });
    expect(ended.status).toBe("SUCCEEDED");
    for (let count = 1; count < events.length; count += 1) {
      const harness = new Harness([race], failures, { dataDir: cut(count) });
      harness.states.recover();
      await harness.ended(arn);
      const again = await harness.history(arn);
      expect(again.slice(0, count)).toEqual(events.slice(0, count));
      expect({ count, last: again.at(-1)?.type }).toEqual({ count, last: "ExecutionSucceeded" });
      await harness.stop();
    }
  });

  it("takes the end from the history when only the list of executions lacks it, and runs nothing again", async () => {
    const { arn, ended, events, cut } = await recorded(folder, journey, journeyHandlers);
    const harness = new Harness([journey], journeyHandlers, { dataDir: cut(events.length) });
    harness.states.recover();
    expect(await harness.ended(arn)).toEqual(ended);
    expect(harness.invoker.calls).toEqual([]);
    await harness.stop();
  });

  it("counts only the time that a machine ran against its TimeoutSeconds", async () => {
    const slow = machine({
      StartAt: "W",
      TimeoutSeconds: 100,
      States: { W: { Type: "Wait", Seconds: 90, End: true } },
    });
    const { arn, cut } = await recorded(folder, slow, {});
    const harness = new Harness([slow], {}, { dataDir: cut(2) });
    await harness.clock.sleep(1_000_000, new AbortController().signal);
    harness.states.recover();
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    await harness.stop();
  });

  it("counts the time that a machine ran before the restart, too", async () => {
    const States = {
      A: { Type: "Wait", Seconds: 60, Next: "B" },
      B: { Type: "Wait", Seconds: 60, End: true },
    };
    const slow = machine({ StartAt: "A", TimeoutSeconds: 100, States });
    const { arn, events, cut } = await recorded(folder, slow, {});
    const before = events.findIndex(({ type }) => type === "WaitStateExited") + 1;
    const harness = new Harness([slow], {}, { dataDir: cut(before) });
    await harness.clock.sleep(60_000, new AbortController().signal);
    harness.states.recover();
    expect(await harness.ended(arn)).toMatchObject({ status: "TIMED_OUT" });
    await harness.stop();
  });

  it("ends on the definition that the execution began with, although the machine changed meanwhile", async () => {
    const { arn, ended, cut } = await recorded(folder, journey, journeyHandlers);
    const changed = { ...journey, definition: JSON.stringify({ StartAt: "N", States: { N: { Type: "Succeed" } } }) };
    const harness = new Harness([changed], journeyHandlers, { dataDir: cut(20) });
    harness.states.recover();
    expect((await harness.ended(arn)).output).toBe(ended.output);
    await harness.stop();
  });

  it("forgets a history whose start was never acknowledged, so that its name is free", async () => {
    const { arn, cut } = await recorded(folder, journey, journeyHandlers);
    const copy = cut(5);
    writeFileSync(path.join(copy, "executions.jsonl"), "");
    const harness = new Harness([journey], journeyHandlers, { dataDir: copy });
    harness.states.recover();
    expect(await harness.start({}, "one", journey.arn)).toBe(arn);
    expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    expect((await harness.history(arn)).filter(({ type }) => type === "ExecutionStarted")).toHaveLength(1);
    await harness.stop();
  });

  it("reads past a torn last line of the list of executions and goes on behind it", async () => {
    const { arn, ended, events, cut } = await recorded(folder, journey, journeyHandlers);
    const copy = cut(events.length - 3);
    appendFileSync(path.join(copy, "executions.jsonl"), '{"arn":"arn:aws:st');
    for (let round = 0; round < 2; round += 1) {
      const harness = new Harness([journey], journeyHandlers, { dataDir: copy });
      harness.states.recover();
      expect(await harness.ended(arn)).toEqual(ended);
      await harness.states.close();
    }
  });
});

describe("close", () => {
  it("suspends what runs, so that the next process ends it; the interrupted call is made again", async () => {
    const once = machine({ StartAt: "Work", States: { Work: task("work") } });
    const first = new Harness([once], { work: () => new Promise(() => {}) }, { dataDir: folder });
    const arn = await first.start({ value: 1 });
    await new Promise(setImmediate);
    const before = await first.history(arn);
    await first.states.close();
    await expect(first.start({})).rejects.toMatchObject({ name: "ServiceUnavailable" });
    const second = new Harness([once], { work: (input) => input }, { dataDir: folder });
    second.states.recover();
    expect(await second.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: '{"value":1}' });
    const after = await second.history(arn);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.filter(({ type }) => type === "TaskScheduled")).toHaveLength(1);
    await second.stop();
  });

  it("ends Express executions as FAILED and responds to waiting callers", async () => {
    const express = machine({ StartAt: "Work", States: { Work: task("work") } }, { type: "EXPRESS" });
    const harness = new Harness([express], { work: () => new Promise(() => {}) }, { dataDir: folder });
    const answer = harness.call("StartSyncExecution", { stateMachineArn: express.arn });
    while (harness.invoker.calls.length === 0) await new Promise(setImmediate);
    await harness.states.close();
    await expect(answer).resolves.toMatchObject({ status: "FAILED", error: "States.Runtime" });
  });
});

describe("a disk that takes no more", () => {
  it("suspends the execution instead of losing or failing it", async () => {
    const wait = machine({ StartAt: "W", States: { W: { Type: "Wait", Seconds: 5, End: true } } });
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const first = new Harness([wait], {}, { dataDir: folder });
    const arn = await first.start({});
    const histories = path.join(folder, "histories");
    renameSync(histories, `${histories}-away`);
    while (said.mock.calls.length === 0) await new Promise(setImmediate);
    expect(said).toHaveBeenCalledWith(expect.stringMatching(/is suspended until the service starts again.*ENOENT/));
    await expect(first.start({})).rejects.toMatchObject({ name: "InternalFailure", status: 500 });
    await first.states.close();
    renameSync(`${histories}-away`, histories);
    said.mockRestore();
    const second = new Harness([wait], {}, { dataDir: folder });
    second.states.recover();
    expect(await second.ended(arn)).toMatchObject({ status: "SUCCEEDED" });
    await second.stop();
  });

  it("may lose a definition to a power cut, and then loses that execution alone", async () => {
    const { arn, cut } = await recorded(folder, journey, journeyHandlers);
    const copy = cut(9);
    rmSync(path.join(copy, "definitions"), { recursive: true });
    const harness = new Harness([journey], journeyHandlers, { dataDir: copy });
    harness.states.recover();
    expect(await harness.ended(arn)).toMatchObject({ status: "FAILED", cause: expect.stringContaining("ENOENT") });
    await harness.stop();
  });
});
