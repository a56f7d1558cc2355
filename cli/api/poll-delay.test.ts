import { afterEach, expect, it, vi } from "vitest";
import { pollDelayMs } from "./poll-delay.ts";

afterEach(() => void vi.restoreAllMocks());

it.each([
  ["a short execution more often than the service recommends", 200, 5_000, [150, 300]],
  ["a long one as late as the service recommends, or later", 1_000, 5_000, [5_000, 7_500]],
  ["a long one at the growing interval", 4_000, 1_000, [4_000, 6_000]],
])("polls %s", (_how, waitMs, retryAfterMs, [least, most]) => {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  expect(pollDelayMs(waitMs, retryAfterMs)).toBe(least);
  random.mockReturnValue(1);
  expect(pollDelayMs(waitMs, retryAfterMs)).toBe(most);
});
