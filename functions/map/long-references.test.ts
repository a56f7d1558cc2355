import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { apiLimits, kib, statesLimits } from "../../contract/limits.ts";
import type { Batch, Item, Plan } from "../../contract/workflow.ts";
import { classifyBatch } from "../classify/batch.ts";
import { readReference } from "../classify/fetch/reference.ts";
import { ImageError } from "../classify/image-error.ts";
import { jsonBytes } from "../shared/state-size.ts";
import { memoryObjects } from "../shared/test-support/memory-objects.ts";
import { mapImages } from "./map.ts";
import { memorySources } from "./test-support/memory-sources.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

const bucket = "bucket";
const buckets = { ownBucket: bucket, imageBuckets: [] };
const sources = memorySources();
const executionId = "x".repeat(statesLimits.executionNameLength);
/** What a task's result has beside the function's output: status, headers, the version that ran. */
const envelopeBytes = 2 * kib;

/** References of as many characters as are taken, or more; of ASCII, or of characters that JSON makes longer. */
const reference = fc.record({
  length: fc.constantFrom(apiLimits.imageReferenceLength, 2 * apiLimits.imageReferenceLength, 100),
  filling: fc.constantFrom("x", "ä", "\u0001", "€", '"'),
});
const requests = fc.array(reference, { minLength: 1, maxLength: 60 });

/** What each call of `classify` would get. */
function batchesOf(result: Plan, texts: Readonly<Record<string, string>>): readonly Batch[] {
  if ("batches" in result) return result.batches;
  const items = JSON.parse(texts[`${bucket}/${result.plan.key}`] ?? "[]") as Item[];
  const { batchSize, topK } = result;
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, at) => ({
    BatchInput: { executionId, topK },
    Items: items.slice(at * batchSize, (at + 1) * batchSize),
  }));
}

/** The results of a batch whose images all fail with the longest sentence. */
async function failuresOf(batch: Batch): Promise<object> {
  return classifyBatch(batch, {
    prepare: () => Promise.reject(new ImageError("UnsupportedImageFormat", '"'.repeat(2_000))),
    classifier: { classify: async () => [] },
    decoding: () => 0,
    remaining: () => 60_000,
  });
}

describe("references as long as they may be, and longer", () => {
  it("plans, batches and results pass through every state, whatever the size of a batch", async () => {
    for (let batchSize = 1; batchSize <= 100; batchSize += 1) {
      await fc.assert(
        fc.asyncProperty(requests, async (given) => {
          const images = given.map(({ length, filling }, at) => String(at).padEnd(length, filling));
          const objects = memoryObjects({});
          const limits = {
            batchSize,
            concurrency: 1,
            inlineBytes: 200 * kib,
            distributedConcurrency: 1,
            maxImages: 100,
            storageMb: 512,
          };
          const event = { executionId, input: { images, topK: apiLimits.maxTopK } };
          const result = await mapImages(event, { objects, sources, buckets, limits });
          expect(jsonBytes(result)).toBeLessThan(statesLimits.payloadBytes - envelopeBytes);
          const batches = batchesOf(result, objects.texts);
          const outputs = await Promise.all(batches.map(failuresOf));
          for (const each of [...batches, ...outputs])
            expect(jsonBytes(each)).toBeLessThan(statesLimits.payloadBytes - envelopeBytes);
          // The inline Map has all of them in one state.
          if ("batches" in result)
            expect(jsonBytes({ ...result, batches: outputs })).toBeLessThan(statesLimits.payloadBytes - envelopeBytes);
        }),
        { numRuns: 3, seed: batchSize },
      );
    }
  });

  it("one that is too long costs its own row, which repeats what fits", async () => {
    const objects = memoryObjects({});
    const limits = {
      batchSize: 8,
      concurrency: 1,
      inlineBytes: 200 * kib,
      distributedConcurrency: 1,
      maxImages: 100,
      storageMb: 512,
    };
    const long = `https://example.com/${"a".repeat(apiLimits.imageReferenceLength)}`;
    const event = { executionId, input: { images: [long, "https://example.com/b.jpg"], topK: 5 } };
    const [batch] = batchesOf(await mapImages(event, { objects, sources, buckets, limits }), objects.texts);
    const { results } = await classifyBatch(batch as Batch, {
      prepare: async (image) => {
        readReference(image, { ownBucket: bucket, imageBuckets: [] });
        return { width: 1, height: 1, pixels: Buffer.alloc(3) };
      },
      classifier: { classify: async (_pixels, count) => Array.from({ length: count }, () => []) },
      decoding: () => 0,
      remaining: () => 60_000,
    });
    expect(results).toMatchObject([
      { image: long.slice(0, apiLimits.imageReferenceLength), error: { code: "InvalidImageReference" } },
      { image: "https://example.com/b.jpg", predictions: [] },
    ]);
  });
});
