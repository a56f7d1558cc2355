import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { ResultsFormat } from "../../../contract/results.ts";
import type { ImageResult, ItemResult } from "../../../contract/workflow.ts";
import { MergedResults } from "./merged-results.ts";

/** Merges results, reads them with `read`, and removes the temporary file. */
function merging<T>(results: readonly ItemResult[], total: number, read: (merged: MergedResults) => T): T {
  const merged = new MergedResults(total);
  try {
    for (const result of results) merged.add(result);
    return read(merged);
  } finally {
    merged.close();
  }
}
const textOf = (merged: MergedResults, format: ResultsFormat) => Buffer.concat([...merged.texts(format)]).toString();
const merge = (results: readonly ItemResult[], total: number): readonly ImageResult[] =>
  merging(results, total, (merged) => JSON.parse(textOf(merged, "json")));

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

  it("knows the size of its lines, for references in any script", () => {
    const references = fc.array(fc.string({ unit: "binary", maxLength: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(references, (images) => {
        const results = images.map((image, index) => ({ ...failed(index), image }));
        const [bytes, text] = merging(results, images.length, (merged) => [
          merged.summary().bytes,
          textOf(merged, "jsonl"),
        ]);
        expect(Buffer.byteLength(text)).toBe(bytes);
        const lines = text.split("\n").slice(0, -1);
        expect(lines.map((line) => JSON.parse(line).image)).toEqual(JSON.parse(JSON.stringify(images)));
      }),
    );
  });

  it("sorts more results than fit its buffers, in any order, with texts of any length", () => {
    const total = 10_000;
    const order = Array.from({ length: total }, (_, at) => (at * 7_919) % total);
    const named = (index: number) => `${index}${"x".repeat(index % 1_000 === 0 ? 20_000 : index % 200)}`;
    const merged = merge(
      order.map((index) => ({ ...failed(index), image: named(index) })),
      total,
    );
    expect(merged).toHaveLength(total);
    for (const [at, { index, image }] of merged.entries()) {
      if (index !== at || image !== named(at)) throw new Error(`index ${at} has another result`);
    }
  });

  it("counts results and distinct images, and the results that may be better another time", () => {
    const gone: ItemResult = { ...failed(3), error: { code: "ImageNotFound", message: "gone" } } as ItemResult;
    expect(merging([predicted(0), failed(1, [2]), gone, predicted(0)], 5, (merged) => merged.summary())).toMatchObject({
      counts: { total: 5, succeeded: 1, failed: 4 },
      classified: { total: 3, succeeded: 1, failed: 2 },
      transient: 2,
    });
  });

  it("counts no result without a reference as one that may be better another time", () => {
    const lost = { ...failed(0, [1]), image: "" };
    expect(merging([lost, failed(2)], 3, (merged) => merged.summary())).toMatchObject({
      counts: { failed: 3 },
      transient: 1,
    });
  });

  it("keeps an earlier execution's results but for those that were tried again", () => {
    const merged = new MergedResults(4);
    for (const { duplicates: _, ...result } of [predicted(0), failed(1), failed(2), failed(3)])
      merged.addEarlier(result);
    const again: ItemResult = { ...failed(2), error: { code: "ImageNotFound", message: "gone by now" } } as ItemResult;
    merged.add(predicted(1));
    merged.add(again);
    const results: readonly ImageResult[] = JSON.parse(textOf(merged, "json"));
    expect(results.map((result) => ("error" in result ? result.error.code : "predicted"))).toEqual([
      "predicted",
      "predicted",
      "ImageNotFound",
      "FetchTimeout",
    ]);
    expect(merged.summary()).toMatchObject({ classified: { total: 2, succeeded: 1, failed: 1 }, transient: 1 });
    merged.close();
  });

  it("leaves nothing in the folder of temporary files", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "merged-"));
    vi.stubEnv("TMPDIR", folder);
    try {
      const image = "x".repeat(1_000);
      const many = Array.from({ length: 100 }, (_, index) => ({ ...failed(index), image }));
      merging(many, 100, () => expect(readdirSync(folder)).toEqual([]));
    } finally {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true });
    }
  });
});
