import { describe, expect, it, vi } from "vitest";
import { BatchResult } from "../../contract/workflow.ts";
import { type BatchServices, classifyBatch } from "./batch.ts";
import { ImageError } from "./image-error.ts";

const decoded = { width: 4, height: 3, pixels: Buffer.alloc(3) };
const predictions = [{ label: "dog", probability: 0.9 }];

function batch(...images: string[]) {
  return {
    BatchInput: { executionId: "execution", topK: 1 },
    Items: images.map((image, place) => ({ index: place * 2, image, also: [place * 2 + 1] })),
  };
}

function services(changed: Partial<BatchServices> = {}): BatchServices {
  return {
    prepare: async () => decoded,
    classifier: { classify: async () => [predictions] },
    remaining: () => 30_000,
    ...changed,
  };
}

describe("a batch", () => {
  it("answers one result an item, in order, with index and duplicates carried over", async () => {
    const result = await classifyBatch(batch("a", "b"), services());
    expect(BatchResult.parse(result)).toEqual({
      results: [
        { index: 0, image: "a", also: [1], width: 4, height: 3, predictions },
        { index: 2, image: "b", also: [3], width: 4, height: 3, predictions },
      ],
    });
  });

  it("an image that is to blame gets its own error, the others their predictions", async () => {
    const prepare = async (image: string) => {
      if (image === "bad") throw new ImageError("NotAnImage", "It is text.");
      return decoded;
    };
    const { results } = await classifyBatch(batch("a", "bad", "c"), services({ prepare }));
    expect(results.map((result) => ("error" in result ? result.error : "predicted"))).toEqual([
      "predicted",
      { code: "NotAnImage", message: "It is text." },
      "predicted",
    ]);
  });

  it("a failure within the service is ClassificationFailed, its details in the log and not in the answer", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const classifier = { classify: () => Promise.reject(new Error("session 0x7f broke")) };
    const { results } = await classifyBatch(batch("a"), services({ classifier }));
    expect(results[0]).toMatchObject({ error: { code: "ClassificationFailed" } });
    expect(JSON.stringify(results)).not.toContain("0x7f");
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it("an image for which no time is left is ClassificationTimeout, and the batch still answers", async () => {
    const prepare = (image: string) => (image === "slow" ? new Promise<never>(() => {}) : Promise.resolve(decoded));
    const { results } = await classifyBatch(batch("a", "slow"), services({ prepare, remaining: () => 1_050 }));
    expect(results.map((result) => ("error" in result ? result.error.code : "predicted"))).toEqual([
      "predicted",
      "ClassificationTimeout",
    ]);
  });

  it("prepares the next images while one is classified, and no more than two ahead", async () => {
    const started: string[] = [];
    const seen: number[] = [];
    await classifyBatch(
      batch("a", "b", "c", "d", "e"),
      services({
        prepare: async (image) => {
          started.push(image);
          return decoded;
        },
        classifier: {
          classify: async () => {
            seen.push(started.length);
            return [predictions];
          },
        },
      }),
    );
    expect(seen).toEqual([3, 4, 5, 5, 5]);
  });

  it("prepares every image once", async () => {
    const prepare = vi.fn(async () => decoded);
    await classifyBatch(batch("a", "b", "c"), services({ prepare }));
    expect(prepare).toHaveBeenCalledTimes(3);
  });
});
