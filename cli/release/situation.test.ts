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

it("has the share of each release", async () => {
  const situation = await situationOf({ main: machine("main", 3, { 2: 100 }) });
  expect(routesOf("main", situation, 10)).toEqual([
    { version: arn("main", 2), weight: 90 },
    { version: arn("main", 3), weight: 10 },
  ]);
});
