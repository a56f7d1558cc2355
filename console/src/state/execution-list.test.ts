import { expect, it } from "vitest";
import type { ExecutionRow, ListRequest } from "../service/step-functions.ts";
import { ExecutionList } from "./execution-list.ts";

const row = (number: number, status = "SUCCEEDED"): ExecutionRow => ({
  arn: `arn:${number}`,
  name: String(number),
  status,
  startedAt: number,
  stoppedAt: undefined,
  itemCount: undefined,
});

/** A machine with `count` executions, numbered in the order of their start. */
function machine(count: number) {
  const state = { rows: Array.from({ length: count }, (_, at) => row(count - at)), requests: [] as ListRequest[] };
  const executions = async (request: ListRequest) => {
    state.requests.push(request);
    const all = state.rows.filter(({ status }) => request.status === undefined || status === request.status);
    const from = Number(request.nextToken ?? 0);
    const to = from + request.maxResults;
    return { rows: all.slice(from, to), nextToken: to < all.length ? String(to) : undefined };
  };
  return { state, executions };
}

const names = (list: ExecutionList) => list.rows?.map(({ name }) => Number(name));
const downFrom = (most: number, least = 1) => Array.from({ length: most - least + 1 }, (_, at) => most - at);

it("reads one page at first, and every execution with enough pages", async () => {
  const { state, executions } = machine(10_000);
  const list = new ExecutionList("machine", undefined, { executions });
  await list.refresh();
  expect(names(list)).toEqual(downFrom(10_000, 9_951));
  while (list.hasOlder) await list.older();
  expect(names(list)).toEqual(downFrom(10_000));
  expect(state.requests, "calls").toHaveLength(11);
});

it("keeps older rows without duplicates when new executions start", async () => {
  const { state, executions } = machine(1_200);
  const list = new ExecutionList("machine", undefined, { executions });
  await list.refresh();
  await list.older();
  state.rows.unshift(row(1_202), row(1_201));
  await list.refresh();
  expect(names(list)).toEqual(downFrom(1_202, 151));
});

it("keeps older rows that arrive while the newest are read again", async () => {
  const { executions } = machine(1_200);
  let held = Promise.resolve();
  const list = new ExecutionList("machine", undefined, {
    async executions(request) {
      if (request.nextToken === undefined) await held;
      return executions(request);
    },
  });
  await list.refresh();
  let release = (): void => {};
  held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const refreshed = list.refresh();
  await list.older();
  release();
  await refreshed;
  expect(names(list)).toEqual(downFrom(1_200, 151));
  await list.older();
  expect(names(list)).toEqual(downFrom(1_200));
});

it("shows a new status of a known execution", async () => {
  const { state, executions } = machine(2);
  const list = new ExecutionList("machine", undefined, { executions });
  await list.refresh();
  state.rows[0] = row(2, "FAILED");
  await list.refresh();
  expect(list.rows?.map(({ status }) => status)).toEqual(["FAILED", "SUCCEEDED"]);
});

it("asks the service for the status of the filter", async () => {
  const { state, executions } = machine(5);
  state.rows[3] = row(2, "FAILED");
  const list = new ExecutionList("machine", "FAILED", { executions });
  await list.refresh();
  expect(names(list)).toEqual([2]);
  expect(state.requests[0]).toMatchObject({ of: "machine", status: "FAILED" });
});
