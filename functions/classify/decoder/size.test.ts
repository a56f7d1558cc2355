import { describe, expect, it } from "vitest";
import { decodersFor } from "./size.ts";

describe("decodersFor", () => {
  it.each([
    [2, 3_008, 2],
    [2, 2_048, 1],
    [1, 10_240, 1],
    [6, 10_240, 4],
    [2, 128, 1],
    [6, 3_008, 2],
    [2, 2_432, 2],
    [2, 2_431, 1],
  ])("%i processors and %i MB have %i", (processors, memory, expected) => {
    expect(decodersFor(processors, memory)).toBe(expected);
  });
});
