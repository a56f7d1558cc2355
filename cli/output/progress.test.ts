import { afterEach, describe, expect, it, vi } from "vitest";
import { plainEveryMs, progressLine, streamProgress } from "./progress.ts";

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

describe("streamProgress", () => {
  afterEach(() => void vi.useRealTimers());

  const recorder = (isTTY: boolean) => {
    const written: string[] = [];
    return { isTTY, columns: 80, written, write: (text: string) => written.push(text) };
  };

  it("redraws one line on a terminal, and removes it at the end", () => {
    const stream = recorder(true);
    const progress = streamProgress(stream);
    progress.begin(2);
    progress.uploaded();
    progress.done("service");
    progress.done("service");
    progress.end();
    const text = stream.written.join("");
    expect(text).toContain("0 of 2 classified");
    expect(text).not.toContain("\n");
  });

  it("writes nothing about a short run without a terminal", () => {
    const stream = recorder(false);
    const progress = streamProgress(stream);
    progress.begin(2);
    progress.done("service");
    progress.end();
    expect(stream.written).toEqual([]);
  });

  it("counts the images that running executions report until their results are there", () => {
    const stream = recorder(true);
    let now = 0;
    const progress = streamProgress(stream, () => now);
    const last = () => {
      progress.clear();
      vi.advanceTimersByTime(500);
      return stream.written.findLast((text) => text.includes(" of ")) ?? "";
    };
    vi.useFakeTimers();
    progress.begin(100);
    now = 10_000;
    progress.running("a", { total: 50, done: 20 });
    progress.running("b", { total: 50, done: 5 });
    expect(last()).toContain("25 of 100 classified  2.5 per second, 30 s left");
    progress.running("a", undefined);
    for (let at = 0; at < 50; at += 1) progress.done("service");
    expect(last()).toContain("55 of 100 classified");
    progress.end();
  });

  it("waits for the number of images of a list, and measures the speed since it began to follow", () => {
    const stream = recorder(false);
    vi.useFakeTimers();
    const progress = streamProgress(stream);
    progress.begin(undefined);
    vi.advanceTimersByTime(plainEveryMs);
    progress.running("a", { total: 10_000, done: 4_000 });
    vi.advanceTimersByTime(plainEveryMs);
    progress.running("a", { total: 10_000, done: 7_000 });
    vi.advanceTimersByTime(plainEveryMs);
    progress.end();
    vi.advanceTimersByTime(plainEveryMs);
    expect(stream.written).toEqual([
      "waiting for the list of images  30 s\n",
      "4000 of 10000 classified  1 min 0 s\n",
      "7000 of 10000 classified  33.3 per second, 1 min 30 s left\n",
    ]);
  });

  it("makes room for other text on the terminal, and comes back below it", () => {
    const stream = recorder(true);
    vi.useFakeTimers();
    const progress = streamProgress(stream);
    progress.begin(2);
    progress.clear();
    const before = stream.written.length;
    stream.write("a result\n");
    vi.advanceTimersByTime(1_000);
    expect(stream.written.slice(before + 1).join("")).toContain("0 of 2 classified");
    progress.end();
    progress.clear();
    const ended = stream.written.length;
    vi.advanceTimersByTime(1_000);
    expect(stream.written).toHaveLength(ended);
  });
});
