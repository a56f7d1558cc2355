import { expect, it } from "vitest";
import { outdated } from "./kept-files.ts";

const hourMs = 3_600_000;
const now = 100 * hourMs;
const kept = (...hoursAgo: readonly number[]) =>
  hoursAgo.map((hours) => [`${hours} h`, { keptAt: now - hours * hourMs }] as const);

it("keeps the files of a tab for a day", () => {
  expect(outdated(kept(0, 25, 24, 30), now)).toEqual(["25 h", "30 h"]);
  expect(outdated([], now)).toEqual([]);
});

it("keeps the files of the five tabs that imported last", () => {
  expect(outdated(kept(3, 1, 7, 2, 5, 4, 6), now)).toEqual(["6 h", "7 h"]);
});
