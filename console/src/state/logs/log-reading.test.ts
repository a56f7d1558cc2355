import { expect, it } from "vitest";
import type { LogPage, LogRequest } from "../../service/logs.ts";
import { LogReading } from "./log-reading.ts";

const event = (id: number, group = "g") => ({
  id: String(id),
  group,
  stream: "s",
  at: id * 1_000,
  message: `line ${id}`,
});

/** A log whose pages have two events each. */
function logOf(all: ReturnType<typeof event>[], groups: readonly string[] = ["g"]) {
  const requests: LogRequest[] = [];
  let end: number | undefined;
  let sleeps = 0;
  const events = async (request: LogRequest): Promise<LogPage> => {
    requests.push(request);
    const found = all.filter(
      ({ group, at }) => group === request.group && at >= request.from && at < (request.to ?? Number.POSITIVE_INFINITY),
    );
    const from = Number(request.nextToken ?? 0);
    return { events: found.slice(from, from + 2), nextToken: from + 2 < found.length ? String(from + 2) : undefined };
  };
  const sleep = async (): Promise<void> => {
    sleeps += 1;
    all.push(event(100 + sleeps));
    if (sleeps === 3) end = 1_000_000;
  };
  const reading = new LogReading(
    { groups, from: 0, to: () => end },
    { logs: { events }, changed: () => {}, sleep, visible: () => true },
  );
  return { reading, requests, sleeps: () => sleeps };
}

it("reads all pages of all groups, then what is added until the end, each event once", async () => {
  const log = logOf([1, 2, 3, 4, 5].map((id) => event(id)).concat(event(1, "h")), ["g", "h"]);
  await log.reading.follow();
  expect(log.reading.complete).toBe(true);
  expect(log.reading.size).toBe(5 + 1 + log.sleeps());
  expect(log.requests.slice(0, 4).map(({ group, nextToken }) => [group, nextToken])).toEqual([
    ["g", undefined],
    ["g", "2"],
    ["g", "4"],
    ["h", undefined],
  ]);
  // What follows is asked for from shortly before the last event.
  expect(log.requests.at(-1)?.from).toBeGreaterThan(80_000);
});

it("stops after ten pages and goes on where it stopped when it is asked", async () => {
  const { reading, requests } = logOf(Array.from({ length: 50 }, (_, id) => event(id)));
  await reading.follow();
  expect([reading.complete, reading.size, requests.length]).toEqual([false, 20, 10]);
  await reading.more();
  expect([reading.size, requests[10]?.nextToken]).toEqual([40, "20"]);
  await reading.more();
  expect([reading.complete, reading.size]).toEqual([true, 50]);
});

it("keeps what was read when a read fails, and can be tried again", async () => {
  let fails = true;
  const events = async (): Promise<LogPage> => {
    if (fails) throw new Error("no network");
    return { events: [event(1)], nextToken: undefined };
  };
  const services = { logs: { events }, changed: () => {}, sleep: async () => {}, visible: () => true };
  const reading = new LogReading({ groups: ["g"], from: 0, to: () => 5_000 }, services);
  await reading.follow();
  expect(reading.problem).toMatchObject({ message: expect.stringContaining("no network") });
  fails = false;
  await reading.follow();
  expect([reading.problem, reading.size, reading.complete]).toEqual([undefined, 1, true]);
});

it("keeps a bounded part of a log that does not end, and reads nothing more then", async () => {
  let requests = 0;
  const events = async (): Promise<LogPage> => {
    const first = requests * 10_000;
    requests += 1;
    return { events: Array.from({ length: 10_000 }, (_, at) => event(first + at)), nextToken: String(requests) };
  };
  const services = { logs: { events }, changed: () => {}, sleep: async () => {}, visible: () => true };
  const reading = new LogReading({ groups: ["g"], from: 0, to: () => undefined }, services);
  for (let turn = 0; turn < 3; turn += 1) await reading.follow();
  expect([reading.isFull, reading.complete, reading.size, requests]).toEqual([true, false, 100_000, 10]);
});

it("keeps less of a log with long lines", async () => {
  const message = "x".repeat(1024 * 1024);
  let requests = 0;
  const events = async (): Promise<LogPage> => {
    requests += 1;
    return { events: [{ ...event(requests), message }], nextToken: String(requests) };
  };
  const services = { logs: { events }, changed: () => {}, sleep: async () => {}, visible: () => true };
  const reading = new LogReading({ groups: ["g"], from: 0, to: () => undefined }, services);
  for (let turn = 0; turn < 10; turn += 1) await reading.more();
  expect([reading.isFull, reading.size]).toEqual([true, 64]);
});
