import { expect, it } from "vitest";
import type { HistoryEvent } from "../model/history/event.ts";
import { sentenceOf } from "../model/history/tally.ts";
import type { ChildBatch } from "../model/images/images.ts";
import type { ReadPage } from "../service/history-pages.ts";
import type { Description, ExecutionRow, ListRequest } from "../service/step-functions.ts";
import { Recording } from "../test-support/recording.ts";
import { MapRunChildren } from "./map-run-children.ts";

interface Child {
  status: string;
  readonly startedAt: number;
  /** Whether its call has not begun. */
  readonly queued?: boolean;
}

/** A Map Run whose children are started and ended by the test. */
function mapRun() {
  const children = new Map<string, Child>();
  const calls = { lists: 0, reads: 0 };
  const rowOf = (arn: string, { status, startedAt }: Child): ExecutionRow => ({
    arn,
    name: arn,
    status,
    startedAt,
    stoppedAt: undefined,
    itemCount: 1,
  });
  const services = {
    async executions({ status, maxResults, nextToken }: ListRequest) {
      calls.lists += 1;
      const rows = [...children]
        .map(([arn, child]) => rowOf(arn, child))
        .filter((row) => status === undefined || row.status === status)
        .sort((one, other) => other.startedAt - one.startedAt);
      const from = Number(nextToken ?? 0);
      const to = from + maxResults;
      return { rows: rows.slice(from, to), nextToken: to < rows.length ? String(to) : undefined };
    },
    async describe(): Promise<Description> {
      throw new Error("A child with a history is not described.");
    },
    pagesOf: (arn: string): ReadPage => {
      return async () => {
        calls.reads += 1;
        return {
          events: historyOf(arn, children.get(arn) ?? { status: "FAILED", startedAt: 0 }),
          nextToken: undefined,
        };
      };
    },
  };
  const source = new MapRunChildren("run:mapRun:", services);
  const look = async (budget: number): Promise<readonly ChildBatch[]> => {
    const taken: ChildBatch[] = [];
    await source.look(budget, (child) => taken.push(child));
    return taken;
  };
  return { children, calls, source, look };
}

/** One Task that is scheduled, and started unless the child is queued. */
function historyOf(arn: string, { status, queued }: Child): readonly HistoryEvent[] {
  const recording = new Recording(`input of ${arn}`);
  recording.enter("Task", "Work");
  recording.add("TaskScheduled");
  if (queued) return recording.events;
  recording.add("TaskStarted");
  if (status === "SUCCEEDED") {
    recording.add("TaskSucceeded");
    recording.exit("Task", "Work");
    recording.add("ExecutionSucceeded", { output: `output of ${arn}` });
  }
  if (status === "FAILED") {
    recording.add("TaskFailed", { error: "Broken" });
    recording.add("ExecutionFailed", { error: "Broken" });
  }
  if (status === "ABORTED") recording.add("ExecutionAborted");
  return recording.events;
}

const start = (children: Map<string, Child>, from: number, to: number, status = "RUNNING"): void => {
  for (let at = from; at < to; at += 1) children.set(`child-${at}`, { status, startedAt: at });
};

it("gives each child when it starts and again when it has ended, and nothing in between", async () => {
  const { children, source, look } = mapRun();
  start(children, 0, 2);
  expect((await look(10)).map(({ arn, state }) => [arn, state])).toEqual([
    ["child-0", "running"],
    ["child-1", "running"],
  ]);
  expect(await look(10)).toEqual([]);
  expect(source.complete).toBe(false);
  children.set("child-0", { status: "SUCCEEDED", startedAt: 0 });
  expect(await look(10)).toEqual([
    { arn: "child-0", state: "ended", input: "input of child-0", output: "output of child-0" },
  ]);
  children.set("child-1", { status: "FAILED", startedAt: 1 });
  expect((await look(10)).map(({ state, output }) => [state, output])).toEqual([["failed", undefined]]);
  expect(source.complete).toBe(true);
});

it("reads no more children per look than its budget, those with results first, and all of them in the end", async () => {
  const { children, calls, look } = mapRun();
  start(children, 0, 25, "SUCCEEDED");
  start(children, 25, 30);
  const first = await look(10);
  expect(first).toHaveLength(10);
  expect(first.every(({ state }) => state === "ended")).toBe(true);
  expect(calls.reads).toBe(10);
  const rest = [...(await look(10)), ...(await look(10))];
  expect(new Set([...first, ...rest].map(({ arn }) => arn)).size).toBe(30);
});

it("reads the first child as soon as it ends, however many later ones ended before it", async () => {
  const { children, look } = mapRun();
  start(children, 0, 1);
  start(children, 1, 60, "SUCCEEDED");
  expect((await look(3)).map(({ arn }) => arn)).toEqual(["child-1", "child-2", "child-3"]);
  children.set("child-0", { status: "SUCCEEDED", startedAt: 0 });
  start(children, 60, 90, "SUCCEEDED");
  expect((await look(3)).map(({ arn }) => arn)).toEqual(["child-0", "child-4", "child-5"]);
});

it("lists thousands of children once, and afterwards only their newest page", async () => {
  const { children, calls, look } = mapRun();
  start(children, 0, 5_000, "SUCCEEDED");
  await look(5_000);
  const before = calls.lists;
  start(children, 5_000, 5_003);
  expect(await look(10)).toHaveLength(3);
  expect(calls.lists - before).toBeLessThanOrEqual(3);
});

it("reads a child whose call has not begun again, until it has begun", async () => {
  const { children, calls, look } = mapRun();
  children.set("child-0", { status: "RUNNING", startedAt: 0, queued: true });
  expect((await look(10)).map(({ state }) => state)).toEqual(["queued"]);
  expect((await look(10)).map(({ state }) => state)).toEqual(["queued"]);
  children.set("child-0", { status: "RUNNING", startedAt: 0 });
  expect((await look(10)).map(({ state }) => state)).toEqual(["running"]);
  expect(await look(10)).toEqual([]);
  expect(calls.reads).toBe(3);
});

it("counts the states of its children, each child once", async () => {
  const { children, source, look } = mapRun();
  start(children, 0, 3);
  await look(10);
  children.set("child-0", { status: "SUCCEEDED", startedAt: 0 });
  children.set("child-1", { status: "ABORTED", startedAt: 1 });
  expect((await look(10)).map(({ state }) => state)).toEqual(["ended", "aborted"]);
  const tally = source.states.tallies.get("Work");
  expect(tally && sentenceOf(tally)).toBe("entered 3 times: 1 running, 1 succeeded, 1 aborted");
});
