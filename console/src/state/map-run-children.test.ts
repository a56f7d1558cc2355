import { expect, it } from "vitest";
import type { Description, ExecutionRow, ListRequest } from "../service/step-functions.ts";
import { MapRunChildren } from "./map-run-children.ts";

interface Child {
  status: string;
  readonly startedAt: number;
}

/** A Map Run whose children are started and ended by the test. */
function mapRun() {
  const children = new Map<string, Child>();
  const calls = { lists: 0, describes: 0 };
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
    async describe(arn: string): Promise<Description> {
      calls.describes += 1;
      const child = children.get(arn) ?? { status: "FAILED", startedAt: 0 };
      const output = child.status === "SUCCEEDED" ? `output of ${arn}` : undefined;
      return {
        ...rowOf(arn, child),
        input: `input of ${arn}`,
        output,
        error: undefined,
        cause: undefined,
        mapRunArn: "run",
        redrivable: false,
        redriveReason: undefined,
      };
    },
  };
  return { children, calls, reader: new MapRunChildren("run:mapRun:", services) };
}

const start = (children: Map<string, Child>, from: number, to: number, status = "RUNNING"): void => {
  for (let at = from; at < to; at += 1) children.set(`child-${at}`, { status, startedAt: at });
};

it("gives each child when it starts and again when it has ended, and nothing in between", async () => {
  const { children, reader } = mapRun();
  start(children, 0, 2);
  expect((await reader.look(10)).map(({ arn, state }) => [arn, state])).toEqual([
    ["child-1", "running"],
    ["child-0", "running"],
  ]);
  expect(await reader.look(10)).toEqual([]);
  expect(reader.complete).toBe(false);
  children.set("child-0", { status: "SUCCEEDED", startedAt: 0 });
  expect(await reader.look(10)).toEqual([
    { arn: "child-0", state: "ended", input: "input of child-0", output: "output of child-0" },
  ]);
  children.set("child-1", { status: "FAILED", startedAt: 1 });
  expect((await reader.look(10)).map(({ state, output }) => [state, output])).toEqual([["ended", undefined]]);
  expect(reader.complete).toBe(true);
});

it("reads no more children per look than its budget, those with results first, and all of them in the end", async () => {
  const { children, calls, reader } = mapRun();
  start(children, 0, 25, "SUCCEEDED");
  start(children, 25, 30);
  const first = await reader.look(10);
  expect(first).toHaveLength(10);
  expect(first.every(({ state }) => state === "ended")).toBe(true);
  expect(calls.describes).toBe(10);
  const rest = [...(await reader.look(10)), ...(await reader.look(10))];
  expect(new Set([...first, ...rest].map(({ arn }) => arn)).size).toBe(30);
});

it("lists thousands of children once, and afterwards only their newest page", async () => {
  const { children, calls, reader } = mapRun();
  start(children, 0, 5_000, "SUCCEEDED");
  await reader.look(5_000);
  const before = calls.lists;
  start(children, 5_000, 5_003);
  expect(await reader.look(10)).toHaveLength(3);
  expect(calls.lists - before).toBeLessThanOrEqual(3);
});
