import { describe, expect, it } from "vitest";
import { remaining } from "./remaining.ts";

const context = { getRemainingTimeInMillis: () => 119_000 };
const startedAt = "2026-01-01T00:00:00.500Z";
const now = Date.parse(startedAt);

describe("the time that a call has left", () => {
  it("is the function's where nobody waits for the execution", () => {
    expect(remaining(context, undefined, now)).toBe(119_000);
  });

  it("is what the execution's deadline leaves, counted from the execution's start", () => {
    expect(remaining(context, { startedAt, seconds: 22 }, now + 4_000)).toBe(18_000);
    expect(remaining(context, { startedAt, seconds: 22 }, now + 23_000)).toBe(-1_000);
  });

  it("is the function's where that is less", () => {
    expect(remaining({ getRemainingTimeInMillis: () => 3_000 }, { startedAt, seconds: 22 }, now)).toBe(3_000);
  });
});
