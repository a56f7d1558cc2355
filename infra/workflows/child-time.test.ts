import { describe, expect, it } from "vitest";
import { childSeconds } from "./child-time.ts";

describe("the time of a child execution", () => {
  it("is three attempts, the waits between them, and then an attempt with its waits for each image", () => {
    const waits = { throttled: 1 + 2 + 4 + 8 + 16 + 20, failed: 1 + 2 };
    const attempt = 10 + 20;
    const expected = 3 * attempt + waits.throttled + waits.failed + 4 * (attempt + waits.throttled);
    expect(childSeconds({ classifyTimeout: 20, batchSize: 4 })).toBe(expected);
  });

  it("fits the five minutes of an Express execution with the example that the documentation gives", () => {
    expect(childSeconds({ classifyTimeout: 15, batchSize: 2 })).toBeLessThanOrEqual(300);
    expect(childSeconds({ classifyTimeout: 15, batchSize: 3 })).toBeGreaterThan(300);
  });
});
