import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiLimits, inlineStateBytes, statesLimits } from "../../../contract/limits.ts";
import type { Item } from "../../../contract/workflow.ts";
import { itemsOf } from "../../shared/items.ts";
import { jsonBytes, worstCaseResultBytes } from "../../shared/state-size.ts";
import { planLarge } from "./large.ts";

const limits = fc.record({
  batchSize: fc.integer({ min: 1, max: 100 }),
  concurrency: fc.integer({ min: 1, max: 1_000 }),
});
const item = fc.record({
  image: fc.string({ minLength: 1, maxLength: apiLimits.imageReferenceLength, unit: "binary" }),
  repeats: fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 2 * apiLimits.indexesPerItem })),
});
const requests = fc.uniqueArray(item, { minLength: 1, maxLength: 12, selector: ({ image }) => image.trim() });
const topK = fc.integer({ min: 1, max: apiLimits.maxTopK });

const planOf = (images: readonly string[], bounds: { batchSize: number; concurrency: number }, labels = 5) =>
  planLarge({ executionId: "x", total: images.length, items: itemsOf(images), topK: labels }, bounds, "bucket");

function batchesOf(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

describe("planLarge", () => {
  it("assigns every index to exactly one item, and every batch's input and results fit a child execution", () => {
    fc.assert(
      fc.property(requests, limits, topK, (list, bounds, labels) => {
        const images = list.flatMap(({ image, repeats }) => new Array<string>(repeats + 1).fill(image));
        const { plan, items } = planOf(images, bounds, labels);
        expect(plan.batchSize).toBeLessThanOrEqual(bounds.batchSize);
        const seen = new Uint8Array(images.length);
        for (const { index, image, duplicates } of items) {
          for (const at of [index, ...duplicates]) {
            seen[at] = (seen[at] ?? 0) + 1;
            if (images[at]?.trim() !== image) throw new Error(`index ${at} has another image`);
          }
        }
        expect(seen.every((times) => times === 1)).toBe(true);
        for (const batch of batchesOf(items, plan.batchSize)) {
          const BatchInput = { executionId: "x".repeat(statesLimits.executionNameLength), topK: labels };
          expect(jsonBytes({ BatchInput, Items: batch })).toBeLessThan(statesLimits.payloadBytes);
          expect(worstCaseResultBytes(batch, labels)).toBeLessThanOrEqual(inlineStateBytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("makes batches smaller than configured if the results of long references would not fit", () => {
    const images = Array.from({ length: 100 }, (_, at) => String(at).padEnd(apiLimits.imageReferenceLength, "\u0001"));
    const { plan, items } = planOf(images, { batchSize: 100, concurrency: 1 });
    const [first = [], ...more] = batchesOf(items, plan.batchSize);
    expect(more.length).toBeGreaterThan(0);
    expect(worstCaseResultBytes(first, 5)).toBeLessThanOrEqual(inlineStateBytes);
    expect(worstCaseResultBytes(items.slice(0, plan.batchSize + 1), 5)).toBeGreaterThan(inlineStateBytes);
  });

  it("uses one image per batch if concurrency allows, and full batches otherwise", () => {
    const images = Array.from({ length: 1_000 }, (_, at) => String(at));
    expect(planOf(images, { batchSize: 8, concurrency: 1_000 }).plan.batchSize).toBe(1);
    expect(planOf(images, { batchSize: 8, concurrency: 8 }).plan.batchSize).toBe(8);
  });

  it("splits an image with very many indexes into several items", () => {
    const images = new Array<string>(3 * apiLimits.indexesPerItem).fill("a");
    expect(planOf(images, { batchSize: 8, concurrency: 8 }).items).toHaveLength(3);
  });
});
