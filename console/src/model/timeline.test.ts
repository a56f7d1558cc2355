import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Recording } from "../test-support/recording.ts";
import { History } from "./history/history.ts";
import { positionOf, rowsOf, spanOf, ticksOf } from "./timeline.ts";

it("lists a state, then what ran inside it iteration by iteration, though it ran side by side", () => {
  const recording = new Recording();
  recording.sideBySideMap("Each", "Work", 2);
  recording.task("After");
  const history = new History();
  history.append(recording.events);
  expect(rowsOf(history).map(({ run, depth, location }) => [run.name, depth, location])).toEqual([
    ["Each", 0, ""],
    ["Work", 1, "#0"],
    ["Work", 1, "#1"],
    ["After", 0, ""],
  ]);
});

it("spans from the start to the end, to now while it runs, and is never empty", () => {
  const history = new History();
  history.append(new Recording().events);
  expect(spanOf(history, 5_000)).toEqual({ from: 1_000, to: 5_000 });
  expect(spanOf(history, 1_000)).toEqual({ from: 1_000, to: 1_001 });
  history.endedAt = 3_000;
  expect(spanOf(history, 5_000)).toEqual({ from: 1_000, to: 3_000 });
});

it("keeps every moment inside the axis", () => {
  const span = { from: 100, to: 200 };
  expect([50, 100, 150, 200, 900].map((at) => positionOf(at, span))).toEqual([0, 0, 0.5, 1, 1]);
});

describe("ticks", () => {
  it("are round", () => {
    expect(ticksOf({ from: 0, to: 4_200 })).toEqual([0, 1_000, 2_000, 3_000, 4_000]);
    expect(ticksOf({ from: 0, to: 90 })).toEqual([0, 20, 40, 60, 80]);
    expect(ticksOf({ from: 0, to: 2 })).toEqual([0, 1, 2]);
    expect(ticksOf({ from: 0, to: 107_000 }, 0, 4)).toEqual([0, 30_000, 60_000, 90_000]);
    expect(ticksOf({ from: 0, to: 20 * 86_400_000 })).toEqual([0, 4, 8, 12, 16, 20].map((days) => days * 86_400_000));
  });

  it("are offsets from the start of the execution when a part of it is shown", () => {
    expect(ticksOf({ from: 1_250, to: 1_550 }, 1_000)).toEqual([250, 300, 350, 400, 450, 500, 550]);
    expect(ticksOf({ from: 1_200, to: 5_700 }, 1_000, 2)).toEqual([]);
  });

  it("are few, inside the span, and one at least, however long the span is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 365 * 86_400_000 }), (length) => {
        const ticks = ticksOf({ from: 7, to: 7 + length });
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeLessThanOrEqual(7);
        expect(ticks.at(-1)).toBeLessThanOrEqual(length);
      }),
    );
  });
});
