import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmax, topK } from "./probabilities.ts";

const logits = fc.array(fc.float({ min: -1_000, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 200 });

describe("softmax", () => {
  it("returns probabilities that add up to one, however large the logits", () => {
    fc.assert(
      fc.property(logits, (values) => {
        const probabilities = softmax(Float32Array.from(values));
        expect(probabilities.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it("does not change when all logits are shifted", () => {
    const one = softmax(Float32Array.of(1, 2, 3));
    const other = softmax(Float32Array.of(101, 102, 103));
    one.forEach((value, index) => {
      expect(value).toBeCloseTo(other[index] ?? Number.NaN, 6);
    });
  });
});

describe("top k", () => {
  it("is the start of the sorted list, with ties in class order", () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 20 }), (numbers, count) => {
        const expected = numbers
          .map((probability, index) => ({ index, probability }))
          .sort((a, b) => b.probability - a.probability || a.index - b.index)
          .slice(0, count);
        expect(topK(Float64Array.from(numbers), count)).toEqual(expected);
      }),
    );
  });
});
