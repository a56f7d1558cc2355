import { expect, it } from "vitest";
import type { Machine, Route } from "./machine.ts";
import { routesOf, situationOf } from "./situation.ts";

const arn = (name: string, version: number) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}:${version}`;

/** A machine with versions 1 to `newest`; version N belongs to release "rN". */
function machine(name: string, newest: number, routes: Readonly<Record<number, number>>, prefix = "r"): Machine {
  const numbers = Array.from({ length: newest }, (_, at) => newest - at);
  return {
    versions: async () => numbers.map((number) => arn(name, number)),
    routes: async () =>
      Object.entries(routes).map(([number, weight]): Route => ({ version: arn(name, Number(number)), weight })),
    releaseOf: async (version: string) => `${prefix}${version.slice(version.lastIndexOf(":") + 1)}`,
  } as unknown as Machine;
}

it("has no candidate if all traffic goes to the newest release", async () => {
  const { current, candidate, weight } = await situationOf({ main: machine("main", 3, { 3: 100 }) });
  expect({ current: current.id, candidate, weight }).toEqual({ current: "r3", candidate: undefined, weight: 0 });
});

it("has the newest release as candidate if that has no traffic", async () => {
  const machines = { main: machine("main", 3, { 2: 100 }), now: machine("now", 3, { 2: 100 }) };
  expect(await situationOf(machines)).toMatchObject({
    current: { id: "r2", versions: { main: arn("main", 2), now: arn("now", 2) } },
    candidate: { id: "r3", versions: { main: arn("main", 3), now: arn("now", 3) } },
    weight: 0,
    waiting: undefined,
  });
});

it("has the release in progress, and one that waits for it", async () => {
  expect(await situationOf({ main: machine("main", 3, { 1: 90, 2: 10 }) })).toMatchObject({
    current: { id: "r1" },
    candidate: { id: "r2" },
    weight: 10,
    waiting: { id: "r3" },
  });
});

it("rejects workflows at different releases", async () => {
  const machines = { main: machine("main", 2, { 2: 100 }), now: machine("now", 2, { 2: 100 }, "s") };
  await expect(situationOf(machines)).rejects.toThrow(/"main" is at release r2 and "now" at s2/);
});

it("continues a move that was killed after the first workflow", async () => {
  const atTen = { main: machine("main", 2, { 1: 90, 2: 10 }), now: machine("now", 2, { 1: 100 }) };
  expect(await situationOf(atTen)).toMatchObject({
    current: { id: "r1", versions: { main: arn("main", 1), now: arn("now", 1) } },
    candidate: { id: "r2", versions: { main: arn("main", 2), now: arn("now", 2) } },
    weight: 10,
    leastWeight: 0,
  });
  const atTheEnd = { main: machine("main", 2, { 2: 100 }), now: machine("now", 2, { 1: 50, 2: 50 }) };
  expect(await situationOf(atTheEnd)).toMatchObject({
    current: { id: "r1", versions: { main: arn("main", 1), now: arn("now", 1) } },
    candidate: { id: "r2", versions: { main: arn("main", 2), now: arn("now", 2) } },
    incomplete: [],
    weight: 100,
    leastWeight: 50,
  });
  const past = { main: machine("main", 3, { 3: 100 }), now: machine("now", 3, { 1: 50, 3: 50 }) };
  expect(await situationOf(past)).toMatchObject({ current: { id: "r1" }, candidate: { id: "r3" }, leastWeight: 50 });
});

it("names the workflows that lack the candidate, which was half published or half deleted", async () => {
  const published = { main: machine("main", 2, { 1: 100 }), now: machine("now", 1, { 1: 100 }) };
  expect(await situationOf(published)).toMatchObject({
    current: { id: "r1" },
    candidate: { id: "r2" },
    incomplete: ["now"],
  });
  const deleted = { main: machine("main", 1, { 1: 100 }), now: machine("now", 2, { 2: 100 }) };
  expect(await situationOf(deleted)).toMatchObject({
    current: { id: "r1", versions: { now: arn("now", 1) } },
    candidate: { id: "r2", versions: { now: arn("now", 2) } },
    incomplete: ["main"],
    weight: 100,
  });
});

it("has the share of each release", async () => {
  const situation = await situationOf({ main: machine("main", 3, { 2: 100 }) });
  expect(routesOf("main", situation, 10)).toEqual([
    { version: arn("main", 2), weight: 90 },
    { version: arn("main", 3), weight: 10 },
  ]);
});
