import { expect, it } from "vitest";
import type { Description, ExecutionRow, ListRequest } from "../service/step-functions.ts";
import { anyTime, everyExecution } from "./list-filter.ts";
import { type Filtered, Listing } from "./listing.ts";

const none = { input: undefined, output: undefined, error: undefined, cause: undefined };

/** A machine with `count` executions, of which every hundredth classifies a whale. */
function machine(count: number) {
  const asked: string[] = [];
  const rows = Array.from({ length: count }, (_, at): ExecutionRow => {
    const name = `e${at}`;
    return { arn: name, name, status: "SUCCEEDED", startedAt: count - at, stoppedAt: 0, itemCount: undefined };
  });
  const executions = async ({ maxResults, nextToken }: ListRequest) => {
    const from = Number(nextToken ?? 0);
    const to = from + maxResults;
    return { rows: rows.slice(from, to), nextToken: to < count ? String(to) : undefined };
  };
  const describe = async (arn: string): Promise<Description> => {
    asked.push(arn);
    const at = Number(arn.slice(1));
    const input = JSON.stringify({ images: [`https://a.example/${at % 100 === 50 ? "Whale" : "dog"}.jpg`] });
    const row = rows[at] as ExecutionRow;
    return { ...row, ...none, input, mapRunArn: undefined, redrivable: false, redriveReason: undefined };
  };
  const filtered: Filtered[] = [];
  const listing = new Listing(
    { executions, describe },
    () => {},
    (how) => filtered.push(how),
  );
  return { asked, filtered, listing };
}

async function listed(count: number) {
  const opened = machine(count);
  opened.listing.open("machine");
  await expect.poll(() => opened.listing.rows).toBeDefined();
  while (opened.listing.hasOlder) await opened.listing.older();
  return opened;
}

it("reads the data of the visible rows only", async () => {
  const { asked, listing } = await listed(10_000);
  listing.want((listing.rows ?? []).slice(0, 12));
  await expect.poll(() => asked.length).toBe(12);
  listing.want((listing.rows ?? []).slice(0, 12));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toHaveLength(12);
});

it("searches 200 of 10,000 executions, and 200 more when asked", async () => {
  const { asked, listing } = await listed(10_000);
  listing.search("whale");
  listing.want([]);
  await expect.poll(() => listing.searched).toBe(200);
  expect(listing.matching.map(({ name }) => name)).toEqual(["e50", "e150"]);
  expect(listing.canSearchFurther).toBe(true);
  listing.want([]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toHaveLength(200);
  listing.searchFurther();
  listing.want([]);
  await expect.poll(() => listing.searched).toBe(400);
  expect(listing.matching).toHaveLength(4);
});

it("finds names without reading anything", async () => {
  const { asked, listing } = await listed(300);
  listing.search("E299");
  expect(listing.matching.map(({ name }) => name)).toEqual(["e299"]);
  expect(asked).toEqual([]);
});

it("cannot search further than the list", async () => {
  const { listing } = await listed(20);
  listing.search("whale");
  listing.want([]);
  await expect.poll(() => listing.searched).toBe(20);
  expect(listing.canSearchFurther).toBe(false);
});

it("lists a period, and reads as far as that needs", async () => {
  const { listing } = machine(10_000);
  listing.open("machine");
  await expect.poll(() => listing.rows).toBeDefined();
  // The oldest execution started at 1, the newest at 10,000.
  await listing.choosePeriod({ from: 7_001, to: 7_500 });
  expect(listing.matching.map(({ startedAt }) => startedAt)).toEqual(
    Array.from({ length: 500 }, (_, at) => 7_500 - at),
  );
  expect(listing.rows?.length).toBeLessThan(4_100);
  expect(listing.hasOlder).toBe(false);
  await listing.choosePeriod({ from: undefined, to: undefined });
  expect(listing.matching.length).toBe(listing.rows?.length);
  expect(listing.hasOlder).toBe(true);
});

it("reads as far as a period needs for another status too", async () => {
  const { listing } = machine(10_000);
  listing.open("machine");
  await expect.poll(() => listing.rows).toBeDefined();
  await listing.choosePeriod({ from: 7_001, to: 7_500 });
  listing.choose("SUCCEEDED");
  expect(listing.rows).toBeUndefined();
  await expect.poll(() => listing.matching.length).toBe(500);
});

it("opens with the filter of a link, and keeps what has been read if only the period or the text differs", async () => {
  const { filtered, listing } = machine(10_000);
  listing.open("machine", { status: "SUCCEEDED", period: { from: 7_001, to: 7_500 }, text: "e2999" });
  await expect.poll(() => listing.matching.length).toBe(1);
  expect([listing.status, listing.matching[0]?.startedAt]).toEqual(["SUCCEEDED", 7_001]);
  const read = listing.rows?.length;
  listing.open("machine", { status: "SUCCEEDED", period: anyTime, text: "" });
  expect([listing.matching.length, listing.hasOlder]).toEqual([read, true]);
  listing.open("machine");
  expect([listing.rows, listing.filter]).toEqual([undefined, everyExecution]);
  expect(filtered, "only the user's changes are reported").toEqual([]);
});

it("reports whether the user chose a filter or typed it", async () => {
  const { filtered, listing } = await listed(20);
  listing.choose("FAILED");
  await listing.choosePeriod({ from: 1, to: undefined });
  listing.search("a");
  expect(filtered).toEqual(["chosen", "chosen", "typed"]);
  expect(listing.filter).toEqual({ status: "FAILED", period: { from: 1, to: undefined }, text: "a" });
});

it("keeps a problem until the list can be read", async () => {
  let broken = true;
  const executions = async () => {
    if (broken) throw new Error("no");
    return { rows: [], nextToken: undefined };
  };
  const listing = new Listing({ executions, describe: () => Promise.reject(new Error("no")) }, () => {});
  listing.open("machine");
  await expect.poll(() => listing.problem).toBeDefined();
  broken = false;
  await listing.refresh();
  expect([listing.problem, listing.rows]).toEqual([undefined, []]);
});
