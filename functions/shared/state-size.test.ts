import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiLimits, inlineStateBytes, statesLimits } from "../../contract/limits.ts";
import type { ItemResult } from "../../contract/workflow.ts";
import { plan } from "../map/plan/inline.ts";
import { itemsOf } from "./items.ts";
import { jsonBytes, worstCaseResultBytes } from "./state-size.ts";

const image = fc.oneof(fc.webUrl(), fc.string({ minLength: 1, maxLength: 60, unit: "binary" }));
const images = fc.array(image, { minLength: 1, maxLength: 60 });
/** As long as the longest label of the model; a classifier rounds probabilities to six digits. */
const prediction = { label: "black-and-tan coonhound, so to say", probability: 0.123456 };

describe("worstCaseResultBytes", () => {
  it("is never less than the actual size of results with all predictions, or with long errors", () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: apiLimits.maxTopK }), (list, topK) => {
        const items = itemsOf(list);
        const predicted: ItemResult[] = items.map((item) => ({
          ...item,
          width: 16_384,
          height: 16_384,
          predictions: new Array(topK).fill(prediction),
        }));
        const message = `There is no image, and this message is as long as messages get in this project, quotes too. "`;
        const failed: ItemResult[] = items.map((item) => ({
          ...item,
          error: { code: "UnsupportedImageFormat", message: `${message}${item.image}"` },
        }));
        const most = worstCaseResultBytes(items, topK);
        for (const results of [predicted, failed]) {
          const batches = results.map((result) => ({ results: [result] }));
          expect(jsonBytes(batches) - 2).toBeLessThanOrEqual(most);
        }
      }),
    );
  });

  it("is never less than the size of the plan, with one image per batch", () => {
    fc.assert(
      fc.property(images, (list) => {
        const executionId = "x".repeat(statesLimits.executionNameLength);
        const { batches } = plan(
          { executionId, total: list.length, items: itemsOf(list), topK: 20 },
          { batchSize: 1, concurrency: 1 },
        );
        expect(jsonBytes(batches) - 2).toBeLessThanOrEqual(worstCaseResultBytes(itemsOf(list), 20));
      }),
    );
  });

  it("counts only an index for a duplicate", () => {
    const once = worstCaseResultBytes(itemsOf(["a"]), 5);
    expect(worstCaseResultBytes(itemsOf(["a", "a", " a"]), 5) - once).toBeLessThan(20);
  });

  it("includes the digits and the comma of every additional index", () => {
    const duplicates = Array.from({ length: 1_000 }, (_, number) => apiLimits.maxImages - 1 - number);
    const [item] = itemsOf(["a"]);
    if (!item) throw new Error("one image is one item");
    const more = worstCaseResultBytes([{ ...item, duplicates }], 5) - worstCaseResultBytes([item], 5);
    expect(more).toBeGreaterThanOrEqual(jsonBytes(duplicates) - jsonBytes([]));
  });

  it("fits the state for the synchronous API's maximum number of images with the longest references", () => {
    const list = Array.from({ length: apiLimits.syncImages }, (_, at) =>
      String(at).padStart(apiLimits.imageReferenceLength, "x"),
    );
    expect(worstCaseResultBytes(itemsOf(list), apiLimits.maxTopK)).toBeLessThan(inlineStateBytes);
  });
});
