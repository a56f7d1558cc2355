import { afterEach, describe, expect, it, vi } from "vitest";
import { BatchResult } from "../../contract/workflow.ts";
import { type BatchServices, classifyBatch } from "./batch.ts";
import { ImageError } from "./image-error.ts";

const decoded = { width: 4, height: 3, pixels: Buffer.alloc(3) };
const predictions = [{ label: "dog", probability: 0.9 }];

function batch(...images: string[]) {
  return {
    BatchInput: { executionId: "execution", topK: 1 },
    Items: images.map((image, position) => ({ index: position * 2, image, duplicates: [position * 2 + 1] })),
  };
}

function services(changed: Partial<BatchServices> = {}): BatchServices {
  return {
    prepare: async () => decoded,
    classifier: { classify: async (_pixels, count) => Array.from({ length: count }, () => predictions) },
    decoding: () => 0,
    remaining: () => 30_000,
    ...changed,
  };
}

afterEach(() => void vi.useRealTimers());

describe("a batch", () => {
  it("returns one result per item, in order, with index and duplicates carried over", async () => {
    const result = await classifyBatch(batch("a", "b"), services());
    expect(BatchResult.parse(result)).toEqual({
      results: [
        { index: 0, image: "a", duplicates: [1], width: 4, height: 3, predictions },
        { index: 2, image: "b", duplicates: [3], width: 4, height: 3, predictions },
      ],
    });
  });

  it("a bad image gets an error, and the other images get predictions", async () => {
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

  it("an internal failure is ClassificationFailed, with details in the log and not in the result", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const classifier = { classify: () => Promise.reject(new Error("session 0x7f broke")) };
    const { results } = await classifyBatch(batch("a"), services({ classifier }));
    expect(results[0]).toMatchObject({ error: { code: "ClassificationFailed" } });
    expect(JSON.stringify(results)).not.toContain("0x7f");
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });

  it("an image for which no time is left is ClassificationTimeout, and the batch still returns", async () => {
    const prepare = (image: string) => (image === "slow" ? new Promise<never>(() => {}) : Promise.resolve(decoded));
    const { results } = await classifyBatch(batch("a", "slow"), services({ prepare, remaining: () => 1_050 }));
    expect(results.map((result) => ("error" in result ? result.error.code : "predicted"))).toEqual([
      "predicted",
      "ClassificationTimeout",
    ]);
  });

  it("returns a second before the call ends, however slow an image is", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const returned = vi.fn();
    const prepare = () => new Promise<never>(() => {});
    void classifyBatch(batch("slow"), services({ prepare, remaining: () => 1_050 })).then(returned);
    await vi.advanceTimersByTimeAsync(49);
    expect(returned).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    // No timer is left, only turns of the event loop; expect.poll would advance the clock.
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    expect(returned).toHaveBeenCalledOnce();
  });

  it("an image that becomes ready during inference does not get another image's prediction", async () => {
    let release = (_image: typeof decoded) => {};
    const slow = new Promise<typeof decoded>((resolve) => {
      release = resolve;
    });
    const own = (label: string) => [{ label, probability: 0.9 }];
    const { results } = await classifyBatch(
      batch("slow", "b", "c"),
      services({
        prepare: async (image) => (image === "slow" ? slow : { ...decoded, pixels: Buffer.from(image) }),
        classifier: {
          classify: async (pixels) => {
            release({ ...decoded, pixels: Buffer.from("a") });
            await new Promise((resolve) => setTimeout(resolve, 5));
            return [...Buffer.from(pixels).toString()].map(own);
          },
        },
      }),
    );
    expect(results.map((result) => ("error" in result ? result.error.code : result.predictions))).toEqual([
      own("a"),
      own("b"),
      own("c"),
    ]);
  });

  it("reserves a second of the call for its response", async () => {
    const given: number[] = [];
    const prepare: BatchServices["prepare"] = async (_image, { bounds }) => {
      given.push(bounds().processorMs);
      return decoded;
    };
    await classifyBatch(batch("a"), services({ prepare, remaining: () => 3_000 }));
    expect(given).toEqual([2_000]);
  });

  it("shares the time of a request that is waited for with the images of the other batches", async () => {
    const given: number[] = [];
    const prepare: BatchServices["prepare"] = async (_image, { bounds }) => {
      given.push(bounds().wallMs);
      return decoded;
    };
    const one = batch("a");
    const deadline = { startedAt: "2026-01-01T00:00:00.000Z", seconds: 22, total: 4 };
    const BatchInput = { executionId: "execution", topK: 1, deadline };
    await classifyBatch({ Items: one.Items, BatchInput }, services({ prepare, remaining: () => 21_000 }));
    expect(given).toEqual([5_000]);
  });

  it("infers the images that are ready together while the next ones load, at most seven ahead", async () => {
    const started: string[] = [];
    const seen: (readonly [together: number, started: number])[] = [];
    await classifyBatch(
      batch(..."abcdefghij"),
      services({
        prepare: async (image) => {
          started.push(image);
          return decoded;
        },
        classifier: {
          classify: async (_pixels, count) => {
            seen.push([count, started.length]);
            return Array.from({ length: count }, () => predictions);
          },
        },
      }),
    );
    expect(seen).toEqual([
      [8, 10],
      [2, 10],
    ]);
  });

  /** A batch whose image "slow" becomes ready when `release` is called, or with the first call of the classifier. */
  async function withSlowImage(decoding: (release: () => void) => number) {
    let release = (): void => {};
    const slow = new Promise<typeof decoded>((resolve) => {
      release = () => resolve(decoded);
    });
    const counts: number[] = [];
    const { results } = await classifyBatch(
      batch("a", "slow", "c"),
      services({
        prepare: (image) => (image === "slow" ? slow : Promise.resolve(decoded)),
        decoding: () => decoding(release),
        classifier: {
          classify: async (_pixels, count) => {
            counts.push(count);
            release();
            return Array.from({ length: count }, () => predictions);
          },
        },
      }),
    );
    expect(results.map(({ image }) => image)).toEqual(["a", "slow", "c"]);
    return counts;
  }

  it("does not wait for an image that is fetched slowly before it infers the others", async () => {
    expect(await withSlowImage(() => 0)).toEqual([2, 1]);
  });

  it("waits for images that are being decoded, because inference would take their processors", async () => {
    const decodeSoon = (release: () => void): number => {
      setTimeout(release, 1);
      return 1;
    };
    expect(await withSlowImage(decodeSoon)).toEqual([3]);
  });

  it("does not wait for an image that takes long to decode before it infers the others", async () => {
    expect(await withSlowImage(() => 1)).toEqual([2, 1]);
  });

  it("waits for a bounded time before each run, although one image after another becomes ready", async () => {
    let previous = Promise.resolve();
    const counts: number[] = [];
    await classifyBatch(
      batch(..."abcdefghij"),
      services({
        prepare: () => {
          const ready = previous.then(() => new Promise<void>((resolve) => setTimeout(resolve, 60)));
          previous = ready;
          return ready.then(() => decoded);
        },
        decoding: () => 1,
        classifier: {
          classify: async (_pixels, count) => {
            counts.push(count);
            return Array.from({ length: count }, () => predictions);
          },
        },
      }),
    );
    expect(counts.reduce((sum, count) => sum + count)).toBe(10);
    expect(Math.max(...counts)).toBeLessThan(8);
  });

  it("infers what is ready when the call's time ends, although another image is still being decoded", async () => {
    const prepare = (image: string) => (image === "slow" ? new Promise<never>(() => {}) : Promise.resolve(decoded));
    const { results } = await classifyBatch(
      batch("slow", "b"),
      services({ prepare, decoding: () => 1, remaining: () => 1_020 }),
    );
    expect(results.map((result) => ("error" in result ? result.error.code : "predicted"))).toEqual([
      "ClassificationTimeout",
      "predicted",
    ]);
  });

  it("if a joint run fails, only the image that also fails alone gets an error", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const poison = { ...decoded, pixels: Buffer.from([9, 9, 9]) };
    const classifier: BatchServices["classifier"] = {
      classify: async (pixels, count) => {
        if (pixels.includes(9)) throw new Error("broken");
        return Array.from({ length: count }, () => predictions);
      },
    };
    const prepare = async (image: string) => (image === "poison" ? poison : decoded);
    const { results } = await classifyBatch(batch("a", "poison", "c"), services({ classifier, prepare }));
    expect(results.map((result) => ("error" in result ? result.error.code : "predicted"))).toEqual([
      "predicted",
      "ClassificationFailed",
      "predicted",
    ]);
    log.mockRestore();
  });

  it("prepares every image once", async () => {
    const prepare = vi.fn(async () => decoded);
    await classifyBatch(batch("a", "b", "c"), services({ prepare }));
    expect(prepare).toHaveBeenCalledTimes(3);
  });
});
