import { expect, it } from "vitest";
import type { Machine } from "./machine.ts";
import { releaseBefore } from "./release-before.ts";

const arn = (name: string, version: number) => `arn:aws:states:eu-west-1:123456789012:stateMachine:${name}:${version}`;

/** A machine with these versions, newest first; version N belongs to release "rN". */
const machine = (name: string, versions: readonly number[]) =>
  ({
    versions: async () => versions.map((version) => arn(name, version)),
    releaseOf: async (version: string) => `r${version.at(-1)}`,
  }) as unknown as Machine;
const machines = (main: readonly number[], now: readonly number[]) => ({
  main: machine("main", main),
  now: machine("now", now),
});
const third = { id: "r3", versions: { main: arn("main", 3), now: arn("now", 3) } };

it("is the next older one", async () => {
  expect(await releaseBefore(third, machines([3, 2, 1], [3, 2, 1]))).toEqual({
    id: "r2",
    versions: { main: arn("main", 2), now: arn("now", 2) },
  });
});

it.each([
  [
    [3, 1],
    [3, 2, 1],
  ],
  [
    [3, 2, 1],
    [3, 1],
  ],
])("is not one that was deleted from some of the workflows only (%j, %j)", async (main, now) => {
  expect(await releaseBefore(third, machines(main, now))).toEqual({
    id: "r1",
    versions: { main: arn("main", 1), now: arn("now", 1) },
  });
});

it("is the next older version of each workflow if they have no release in common", async () => {
  expect(await releaseBefore(third, machines([3, 2], [3, 1]))).toEqual({
    id: "r2",
    versions: { main: arn("main", 2), now: arn("now", 1) },
  });
});

it("is missed in a sentence", async () => {
  await expect(releaseBefore(third, machines([3], [3, 1]))).rejects.toThrow(/before r3: "main" has no older version/);
});
