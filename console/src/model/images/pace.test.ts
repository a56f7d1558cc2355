import { expect, it } from "vitest";
import { Pace } from "./pace.ts";

const paceOf = (...samples: readonly (readonly [seconds: number, done: number])[]): Pace => {
  const pace = new Pace();
  for (const [seconds, done] of samples) pace.add(seconds * 1_000, done);
  return pace;
};

it("measures the speed between what was seen first and last, and says how long the rest takes", () => {
  const pace = paceOf([0, 0], [2, 30], [4, 50]);
  expect(pace.perSecond).toBe(12.5);
  expect(pace.words(550, 50)).toBe("12.5 images per second · about 40 s left");
  expect(pace.words(100_000, 50)).toBe("12.5 images per second · about 2 h 13 min left");
});

it("forgets what was long ago, because the speed changes", () => {
  expect(paceOf([0, 0], [10, 1_000], [100, 1_010], [110, 1_020], [120, 1_030]).perSecond).toBe(1);
});

it("says how long an image takes if that is more than a second", () => {
  expect(paceOf([0, 0], [10, 4]).words(10, 4)).toBe("2.5 s per image · about 15 s left");
});

it.each([
  ["nothing was seen", paceOf()],
  ["the time is too short", paceOf([0, 0], [0.5, 40])],
  ["nothing is done", paceOf([0, 3], [30, 3])],
  ["a redrive began again", paceOf([0, 50], [2, 80], [3, 0])],
])("says nothing if %s", (_what, pace) => {
  expect([pace.perSecond, pace.words(100, 10)]).toEqual([undefined, ""]);
});

it("says nothing once all are done", () => {
  expect(paceOf([0, 0], [10, 100]).words(100, 100)).toBe("");
});
