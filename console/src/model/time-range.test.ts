import fc from "fast-check";
import { expect, it } from "vitest";
import { between, panned, rowsIn, zoomed } from "./time-range.ts";
import type { Row } from "./timeline.ts";

const whole = { from: 1_000, to: 2_000 };

it("zooms around a moment, which stays where it is", () => {
  expect(zoomed(whole, whole, 2)).toEqual({ from: 1_250, to: 1_750 });
  expect(zoomed(whole, whole, 2, 1_000)).toEqual({ from: 1_000, to: 1_500 });
  expect(zoomed({ from: 1_250, to: 1_750 }, whole, 1 / 4)).toEqual(whole);
});

it("moves earlier and later, up to the ends", () => {
  expect(panned({ from: 1_200, to: 1_400 }, whole, 0.5)).toEqual({ from: 1_300, to: 1_500 });
  expect(panned({ from: 1_200, to: 1_400 }, whole, -5)).toEqual({ from: 1_000, to: 1_200 });
  expect(panned({ from: 1_200, to: 1_400 }, whole, 50)).toEqual({ from: 1_800, to: 2_000 });
});

it("lies between two moments in any order", () => {
  expect(between(1_700, 1_300, whole)).toEqual({ from: 1_300, to: 1_700 });
  expect(between(1_300, 1_300, whole)).toEqual({ from: 1_300, to: 1_301 });
  expect(between(0, 900, whole)).toEqual({ from: 1_000, to: 1_900 });
});

it("is never empty and never outside, whatever is done", () => {
  const step = fc.record({
    factor: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
    part: fc.double({ min: -9, max: 9, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let range = whole;
      for (const { factor, part } of steps) range = panned(zoomed(range, whole, factor), whole, part);
      expect(range.to - range.from).toBeGreaterThan(0.99);
      expect(range.from).toBeGreaterThanOrEqual(whole.from);
      expect(range.to).toBeLessThanOrEqual(whole.to + 1e-6);
    }),
  );
});

it("contains the states that ran in it, also those that have not ended", () => {
  const row = (enteredAt: number, exitedAt: number | undefined) => ({ run: { enteredAt, exitedAt } }) as Row;
  const rows = [row(1_000, 1_100), row(1_050, 1_900), row(1_300, 1_310), row(1_200, undefined), row(1_900, 2_000)];
  expect(rowsIn(rows, { from: 1_290, to: 1_400 })).toEqual(rows.slice(1, 4));
});
