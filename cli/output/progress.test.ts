import { describe, expect, it } from "vitest";
import { progressLine, terminalProgress } from "./progress.ts";

describe("progressLine", () => {
  const state = { total: 60, uploaded: 40, done: 20, timed: 20, seconds: 10 };

  it("shows how many, how fast, how long and what is uploaded", () => {
    expect(progressLine(state, 100)).toBe(
      "20 of 60 classified  2.0 per second, 20 s left  40 uploaded  █████░░░░░░░░░░░",
    );
    expect(progressLine({ ...state, uploaded: 60 }, 100)).not.toContain("uploaded");
  });

  it("shows how long it has been waiting while nothing is done", () => {
    expect(progressLine({ ...state, done: 0, timed: 0 }, 60)).toContain("0 of 60 classified  10 s  40 uploaded");
  });

  it("does not count a photo that cannot be read as fast work", () => {
    expect(progressLine({ ...state, timed: 5 }, 100)).toContain("2.0 s each, 1 min 20 s left");
    expect(progressLine({ ...state, timed: 0 }, 100)).toContain("20 of 60 classified  10 s");
  });

  it("shows slow work in seconds per image, long work in minutes and hours", () => {
    expect(progressLine({ ...state, done: 2, timed: 2 }, 100)).toContain("5.0 s each, 4 min 50 s left");
    expect(progressLine({ total: 10_000, uploaded: 10_000, done: 10, timed: 10, seconds: 10 }, 100)).toContain(
      "2 h 46 min left",
    );
  });

  it("says how many, how fast and how long in 40 columns, too", () => {
    expect(progressLine(state, 40)).toBe("20 of 60  2.0 per second, 20 s left");
    expect(progressLine({ ...state, total: 60_000, done: 10_000, timed: 10_000 }, 40)).toBe(
      "10000 of 60000  1000.0/s, 50 s left",
    );
    expect(progressLine(state, 12)).toBe("20 of 60");
  });

  it("does not wait for a photo to be sent that cannot be", () => {
    expect(progressLine({ ...state, uploaded: 59, done: 21 }, 100)).not.toContain("uploaded");
  });

  it.each([80, 60, 40, 20, 8, 1])("never reaches the edge of a terminal of %i columns", (columns) => {
    expect(progressLine({ ...state, total: 10_000 }, columns).length).toBeLessThan(Math.max(2, columns));
  });
});

describe("terminalProgress", () => {
  const recorder = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
  };

  it("redraws one line on a terminal, and removes it at the end", () => {
    const stream = recorder(true);
    const progress = terminalProgress(stream);
    progress.begin(2);
    progress.uploaded();
    progress.done("service");
    progress.done("service");
    progress.end();
    const text = stream.written.join("");
    expect(text).toContain("0 of 2 classified");
    expect(text).not.toContain("\n");
  });

  it("writes nothing without a terminal", () => {
    const stream = recorder(false);
    const progress = terminalProgress(stream);
    progress.begin(2);
    progress.done("service");
    progress.end();
    expect(stream.written).toEqual([]);
  });
});
