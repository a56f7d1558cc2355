import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { isAlive } from "./process-alive.mjs";

it("knows a process that runs from one that has ended, and from what is no process", () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(spawnSync(process.execPath, ["--eval", ""]).pid)).toBe(false);
  for (const pid of [0, -1, Number.NaN, 1.5]) expect(isAlive(pid)).toBe(false);
});
