import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImageResult, ItemResult } from "../../contract/workflow.ts";
import { MergedResults } from "./merged-results.ts";

function mergedFrom(results: readonly ItemResult[], total: number): MergedResults {
  const merged = new MergedResults(total);
  for (const result of results) merged.add(result);
  return merged;
}
const merge = (results: readonly ItemResult[], total: number): readonly ImageResult[] =>
  JSON.parse(mergedFrom(results, total).document().toString());

const predicted = (index: number, duplicates: number[] = []): ItemResult => ({
  index,
  duplicates,
  image: `image ${index}`,
  width: 2,
  height: 1,
  predictions: [{ label: "tabby", probability: 0.5 }],
});
const failed = (index: number, duplicates: number[] = []): ItemResult => ({
  index,
  duplicates,
  image: `image ${index}`,
  error: { code: "FetchTimeout", message: "It took too long." },
});

describe("MergedResults", () => {
  it("has one result per index, in request order, regardless of the order and repetition of batches", () => {
    const distinct = fc.uniqueArray(fc.nat({ max: 50 }), { minLength: 1, maxLength: 51 });
    fc.assert(
      fc.property(distinct, fc.integer({ min: 51, max: 60 }), (indices, total) => {
        const results = [...indices, ...indices.slice(0, 5)].map((index) => predicted(index));
        const merged = merge(results, total);
        expect(merged.map(({ index }) => index)).toEqual(Array.from({ length: total }, (_, at) => at));
        for (const { index, ...rest } of merged) expect("predictions" in rest).toBe(indices.includes(index));
      }),
    );
  });

  it("repeats the result at each index of the same image, without `duplicates`", () => {
    const merged = merge([predicted(0, [2, 3]), failed(1)], 4);
    expect(merged.map(({ index, image }) => [index, image])).toEqual([
      [0, "image 0"],
      [1, "image 1"],
      [2, "image 0"],
      [3, "image 0"],
    ]);
    expect(merged.every((result) => !("duplicates" in result))).toBe(true);
  });

  it.each([[[failed(0), predicted(0)]], [[predicted(0), failed(0)]]])(
    "prefers a prediction to an error for the same index",
    (results) => {
      expect(merge(results, 1)[0]).toHaveProperty("predictions");
    },
  );

  it("reports an index that got no result", () => {
    const [, missing] = merge([predicted(0)], 2);
    expect(missing).toEqual({
      index: 1,
      image: "",
      error: { code: "ClassificationFailed", message: expect.stringContaining("index 1") },
    });
  });

  it("ignores a result for an index that the request does not have", () => {
    expect(merge([predicted(0), predicted(9)], 1)).toHaveLength(1);
  });

  it("computes the size of its document correctly for references in any script", () => {
    const references = fc.array(fc.string({ unit: "binary", maxLength: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(references, (images) => {
        const results = images.map((image, index) => ({ ...failed(index), image }));
        expect(merge(results, images.length).map(({ image }) => image)).toEqual(
          JSON.parse(Buffer.from(JSON.stringify(images)).toString()),
        );
      }),
    );
  });

  it("counts indexes with and without a prediction", () => {
    const merged = mergedFrom([predicted(0), failed(1, [2])], 4);
    expect(merged.counts()).toEqual({ total: 4, succeeded: 1, failed: 3 });
  });
});
