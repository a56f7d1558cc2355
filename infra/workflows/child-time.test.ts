import { describe, expect, it } from "vitest";
import { childSeconds } from "./child-time.ts";

describe("the time of a child execution", () => {
  it("is three attempts, the waits between them, and then two attempts with their waits for each image", () => {
    const batch = { refused: 1 + 2 + 4 + 8 + 16 + 20, broken: 1 + 2 };
    const image = { refused: 1 + 2 + 4 + 8 + 16, broken: 1 };
    const attempt = 10 + 20;
    const expected = 3 * attempt + batch.refused + batch.broken + 4 * (2 * attempt + image.refused + image.broken);
    expect(childSeconds({ classifyTimeout: 20, batchSize: 4 })).toBe(expected);
  });

  it("fits the five minutes of an Express execution with the example that the documentation gives", () => {
    expect(childSeconds({ classifyTimeout: 15, batchSize: 2 })).toBeLessThanOrEqual(300);
    expect(childSeconds({ classifyTimeout: 15, batchSize: 3 })).toBeGreaterThan(300);
  });
});
