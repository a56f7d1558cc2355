import { expect, it } from "vitest";
import {
  anyTime,
  everyExecution,
  isSameListFilter,
  type ListFilter,
  listFilterFromQuery,
  listFilterToQuery,
  recentPeriod,
} from "./list-filter.ts";

function addressOf(filter: ListFilter): string {
  const query = new URLSearchParams();
  listFilterToQuery(filter, query);
  return query.toString();
}
const read = (address: string): ListFilter => listFilterFromQuery(new URLSearchParams(address));

it.each<ListFilter>([
  everyExecution,
  { status: "FAILED", period: anyTime, text: "a&b=#?" },
  { status: undefined, period: { from: Date.UTC(2026, 1, 3, 4, 5, 6), to: undefined }, text: "" },
  { status: "TIMED_OUT", period: { from: Date.UTC(2026, 1, 3), to: Date.UTC(2026, 1, 4, 0, 0, 0, 7) }, text: "x" },
])("is read from the address that it was written to: %j", (filter) => {
  expect(read(addressOf(filter))).toEqual(filter);
});

it("writes times that mean the same for a reader in another time zone", () => {
  const period = { from: Date.UTC(2026, 1, 3, 4, 5, 6), to: undefined };
  expect(decodeURIComponent(addressOf({ ...everyExecution, period }))).toBe("after=2026-02-03T04:05:06Z");
});

it("ends a recent period when its link is followed", () => {
  const old = { ...everyExecution, period: recentPeriod("24h", Date.UTC(2026, 0, 1)) };
  expect(addressOf(old)).toBe("last=24h");
  const { period } = read(addressOf(old));
  expect(Math.abs(Date.now() - 86_400_000 - (period.from ?? 0))).toBeLessThan(60_000);
  expect(isSameListFilter(old, read(addressOf(old)))).toBe(true);
  expect(isSameListFilter(old, { ...old, text: "a" })).toBe(false);
});

it.each([
  "status=GOOD&last=constructor&after=soon&before=",
  "status=__proto__&last=__proto__",
  "status=failed&after=1&before=2026",
  "after=2026-02-30T25:00:00Z&before=0000-01-01T00:00:00Z",
  "after=%2B275760-09-13T00:00:00Z&before=2026-01-01T00:00:00%2B99:00",
  `search=${"a".repeat(100_000)}`,
])("takes nothing from what an address does not mean: %.60s", (address) => {
  expect(read(address)).toEqual(everyExecution);
});
