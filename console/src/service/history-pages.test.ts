import fc from "fast-check";
import { expect, it } from "vitest";
import type { HistoryEvent } from "../model/history/event.ts";
import { allPages, eventsAfter, type ReadPage } from "./history-pages.ts";

const event = (id: number): HistoryEvent => ({ id, previousEventId: id - 1, type: "TaskStarted", at: id, details: {} });

/** A history that grows by `growth` events after each page is read. */
function growing(length: number, growth: number) {
  const state = { length, calls: 0 };
  const read: ReadPage = async ({ maxResults, reverseOrder, nextToken }) => {
    state.calls += 1;
    const ids = Array.from({ length: state.length }, (_, index) => index + 1);
    if (reverseOrder) ids.reverse();
    const from = Number(nextToken ?? 0);
    const events = ids.slice(from, from + maxResults).map(event);
    const next = from + maxResults < state.length ? String(from + maxResults) : undefined;
    state.length += growth;
    return { events, nextToken: next };
  };
  return { state, read };
}

it("reads a history of ten thousand events in ten pages", async () => {
  const { state, read } = growing(10_000, 0);
  const pages: number[] = [];
  for await (const events of allPages(read)) pages.push(events.length);
  expect(pages).toEqual(Array.from({ length: 10 }, () => 1_000));
  expect(state.calls).toBe(10);
});

it("needs one request for new events, however long the history is", async () => {
  const { state, read } = growing(10_000, 0);
  expect((await eventsAfter(read, 9_990)).map(({ id }) => id)).toEqual(
    Array.from({ length: 10 }, (_, at) => 9_991 + at),
  );
  expect(state.calls).toBe(1);
  expect(await eventsAfter(read, 10_000)).toEqual([]);
});

it("misses and repeats no event while the history grows under it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3_000), fc.nat(1_500), fc.nat(200), async (known, news, growth) => {
      const { read } = growing(known + news, growth);
      const ids = (await eventsAfter(read, known)).map(({ id }) => id);
      expect(ids).toEqual(ids.map((_, at) => known + 1 + at));
      expect(ids.length).toBeGreaterThanOrEqual(news);
    }),
  );
});
