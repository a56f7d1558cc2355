import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { itemsOf } from "../../shared/items.ts";
import { batchSizeFor, type PlanLimits, plan } from "./inline.ts";

const planOf = (images: readonly string[], bounds: PlanLimits, topK = 5) =>
  plan({ executionId: "x", total: images.length, items: itemsOf(images), topK }, bounds);

const limits = fc.record({ batchSize: fc.integer({ min: 1, max: 64 }), concurrency: fc.integer({ min: 1, max: 40 }) });
/** Only a few different names, so that images repeat; some with surrounding spaces. */
const images = fc.array(fc.constantFrom("a", "b", " b", "c ", "c", "d", "e", "\tf"), { minLength: 1, maxLength: 200 });
const distinct = fc.uniqueArray(fc.integer({ min: 0 }).map(String), { minLength: 1, maxLength: 300 });

describe("plan", () => {
  it("assigns every index of the request to exactly one item of exactly one batch", () => {
    fc.assert(
      fc.property(images, limits, (list, bounds) => {
        const { total, batches } = planOf(list, bounds);
        const places = batches.flatMap(({ Items }) => Items.flatMap(({ index, duplicates }) => [index, ...duplicates]));
        expect(total).toBe(list.length);
        expect(places.sort((a, b) => a - b)).toEqual(list.map((_, index) => index));
      }),
    );
  });

  it("classifies an image once however often it occurs, and keeps all its indexes", () => {
    fc.assert(
      fc.property(images, limits, (list, bounds) => {
        const items = planOf(list, bounds).batches.flatMap(({ Items }) => Items);
        expect(new Set(items.map(({ image }) => image)).size).toBe(items.length);
        for (const { image, index, duplicates } of items) {
          for (const position of [index, ...duplicates]) expect(list[position]?.trim()).toBe(image);
        }
      }),
    );
  });

  it("keeps batches within the limit, all equal except the last, and makes no more than necessary", () => {
    fc.assert(
      fc.property(distinct, limits, (list, bounds) => {
        const sizes = planOf(list, bounds).batches.map(({ Items }) => Items.length);
        const size = batchSizeFor(list.length, bounds);
        expect(size).toBeLessThanOrEqual(bounds.batchSize);
        expect(sizes.slice(0, -1).every((each) => each === size)).toBe(true);
        expect(sizes).toHaveLength(Math.ceil(list.length / size));
      }),
    );
  });

  it("keeps the request's order", () => {
    fc.assert(
      fc.property(images, limits, (list, bounds) => {
        const items = planOf(list, bounds).batches.flatMap(({ Items }) => Items);
        const indices = items.map(({ index }) => index);
        expect(indices).toEqual([...indices].sort((a, b) => a - b));
      }),
    );
  });

  it.each([
    [3, 1],
    [10, 1],
    [11, 2],
    [40, 4],
    [1_000, 8],
  ])("fans %i images out over 10 at once in batches of %i", (count, size) => {
    expect(batchSizeFor(count, { batchSize: 8, concurrency: 10 })).toBe(size);
  });

  it("adds the execution and top k to each batch", () => {
    const { batches } = planOf(["a"], { batchSize: 8, concurrency: 10 }, 3);
    expect(batches).toEqual([
      { BatchInput: { executionId: "x", topK: 3 }, Items: [{ index: 0, image: "a", duplicates: [] }] },
    ]);
  });
});
