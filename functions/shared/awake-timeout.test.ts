import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { awakeTimeout } from "./awake-timeout.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

it.each([1, 500])("aborts after %i ms, with a TimeoutError that names the time", (milliseconds) => {
  const { signal } = awakeTimeout(milliseconds);
  vi.advanceTimersByTime(milliseconds - 1);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ name: "TimeoutError", message: `Nothing arrived within ${milliseconds} ms.` });
});

it("does not count the time during which the process did not run", () => {
  const { signal } = awakeTimeout(500);
  vi.spyOn(performance, "now").mockReturnValueOnce(performance.now() + 60_000);
  vi.advanceTimersByTime(50);
  expect(signal.aborted).toBe(false);
});

it("aborts nothing once it is stopped", () => {
  const { signal, stop } = awakeTimeout(500);
  stop();
  vi.advanceTimersByTime(1_000);
  expect(signal.aborted).toBe(false);
});
