import { describe, expect, it, vi } from "vitest";
import { imageErrorCodes, isTransient } from "../../../contract/errors.ts";
import { apiLimits, mib } from "../../../contract/limits.ts";
import type { Item, Plan } from "../../../contract/workflow.ts";
import { memoryObjects } from "../../shared/test-support/memory-objects.ts";
import { mapImages } from "../map.ts";
import { bucket, mapServices } from "../test-support/map-services.ts";
import { RetriedImages } from "./retried-images.ts";

vi.mock("../../shared/log.ts", () => ({ log: () => {} }));

const failed = (index: number, image: string, code: string) => ({ index, image, error: { code, message: "no" } });
const predicted = (index: number) => ({ index, image: `image ${index}`, width: 1, height: 1, predictions: [] });

interface Earlier {
  readonly limits?: object;
  readonly key?: string;
  readonly skipped?: number;
}

function mapping(results: readonly object[], { limits = {}, key = "results/first.json", skipped }: Earlier = {}) {
  const text = key.endsWith("jsonl")
    ? results.map((result) => `${JSON.stringify(result)}\n`).join("")
    : JSON.stringify(results);
  const given = mapServices({ [`${bucket}/results/first.json`]: text, [`${bucket}/results/first.jsonl`]: text });
  const services = { ...given, limits: { ...given.limits, concurrency: 1, maxImages: 2, ...limits } };
  const input = { retryOf: "first", results: { bucket, key }, topK: 3, ...(skipped !== undefined && { skipped }) };
  return {
    objects: given.objects,
    planned: (more: object = {}) => mapImages({ executionId: "x", input, ...more }, services),
  };
}
const itemsOf = (plan: Plan) => ("batches" in plan ? plan.batches.flatMap(({ Items }) => Items) : []);

describe("the plan of a retry", () => {
  it.each(["results/first.json", "results/first.jsonl"])(
    "has the images with transient errors at their indexes, each once, and names the results: %s",
    async (key) => {
      const all = imageErrorCodes.map((code, at) => failed(at, code, code));
      const repeated = [failed(all.length, "FetchTimeout", "FetchTimeout"), predicted(all.length + 1)];
      const lost = failed(all.length + 2, "", "ClassificationFailed");
      const plan = await mapping([...all, ...repeated, lost], { key }).planned();
      expect(plan).toMatchObject({ total: all.length + 3, topK: 3, earlier: { bucket, key } });
      const items = itemsOf(plan);
      expect(items.map(({ image }) => image)).toEqual(imageErrorCodes.filter(isTransient));
      for (const { index, image, duplicates } of items) {
        expect([index, duplicates]).toEqual([
          all.findIndex((each) => each.image === image),
          image === "FetchTimeout" ? [all.length] : [],
        ]);
      }
    },
  );

  it("is in the bucket if it is large, with the number of results and not of images", async () => {
    const few = mapping([predicted(0), failed(1, "a", "UpstreamError")]);
    expect(await few.planned()).toHaveProperty("batches");
    const results = [
      predicted(0),
      ...Array.from({ length: 20 }, (_, at) => failed(at + 1, `image ${at}`, "UpstreamError")),
    ];
    const large = mapping(results, { limits: { inlineBytes: 1_000 } });
    expect(await large.planned()).toMatchObject({ total: 21, items: 20, earlier: { key: "results/first.json" } });
    const planName = `${bucket}/plans/x.json`;
    expect([few.objects.texts, large.objects.texts].map((texts) => planName in texts)).toEqual([false, true]);
    const items: readonly Item[] = JSON.parse(large.objects.texts[planName] ?? "");
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
  });

  it("leaves out an error of a newer release, whose code is unknown here", async () => {
    const plan = await mapping([failed(0, "a", "ImageIsAPoem"), failed(1, "b", "FetchTimeout")]).planned();
    expect(plan).toMatchObject({ total: 2 });
    expect(itemsOf(plan).map(({ image }) => image)).toEqual(["b"]);
  });

  it("says how many objects the first execution skipped", async () => {
    expect(await mapping([failed(0, "a", "FetchTimeout")], { skipped: 4 }).planned()).toMatchObject({ skipped: 4 });
    expect(await mapping([failed(0, "a", "FetchTimeout")]).planned()).not.toHaveProperty("skipped");
  });

  it("splits an image with more indexes than a batch may have", async () => {
    const count = apiLimits.indexesPerItem + 2;
    const same = Array.from({ length: count }, (_, at) => failed(at, "a", "FetchTimeout"));
    const items = itemsOf(await mapping(same).planned());
    expect(items.map(({ index, duplicates }) => [index, duplicates.length])).toEqual([
      [0, apiLimits.indexesPerItem],
      [apiLimits.indexesPerItem + 1, 0],
    ]);
  });

  it("fails by name if there is nothing to retry, the results are gone or another object, or there is too little storage", async () => {
    const transient = [failed(0, "a", "FetchTimeout")];
    const failures = [
      [mapping([predicted(0), failed(1, "a", "ImageNotFound")]), "NothingToRetry"],
      [mapping(transient, { key: "results/other.json" }), "ObjectNotFound"],
      [mapping(transient, { key: "uploads/a.json" }), "InvalidInput"],
      [mapping(transient, { limits: { storageMb: 0 } }), "TooManyImages"],
    ] as const;
    for (const [given, name] of failures) {
      await expect(given.planned()).rejects.toMatchObject({ name });
      expect(given.objects.texts).not.toHaveProperty([`${bucket}/plans/x.json`]);
    }
  });

  it("is refused in the workflow that a caller waits for", async () => {
    const deadline = { startedAt: "2026-01-01T00:00:00.000Z", seconds: 22 };
    const { planned } = mapping([failed(0, "a", "FetchTimeout")]);
    await expect(planned({ deadline })).rejects.toMatchObject({ name: "InvalidInput" });
  });
});

it("holds back a bounded number of images, and loses none beyond it", async () => {
  const reference = (at: number) => `https://images.test/${at}?${"x".repeat(8_000)}`;
  const distinct = Math.ceil((64 * mib) / 8_000) + 100;
  const lines = Array.from({ length: distinct }, (_, at) => failed(at, reference(at), "UpstreamError"));
  // One is known by now, and one comes after no more are held.
  lines.push(
    failed(distinct, reference(0), "UpstreamError"),
    failed(distinct + 1, reference(distinct - 1), "FetchTimeout"),
  );
  const objects = memoryObjects({
    [`${bucket}/results/first.jsonl`]: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
  });
  const retry = { retryOf: "first", results: { bucket, key: "results/first.jsonl" }, topK: 1 };
  const images = new RetriedImages(retry, { objects, bucket, storageMb: 2_048 });
  const found: Item[] = [];
  let beforeTheEnd = 0;
  for await (const item of images.items()) {
    found.push(item);
    if (images.total < lines.length) beforeTheEnd += 1;
  }
  expect(beforeTheEnd).toBeGreaterThan(0);
  const indexes = found.flatMap(({ index, duplicates }) => [index, ...duplicates]).sort((a, b) => a - b);
  expect(indexes).toEqual(lines.map((_, at) => at));
  expect(found.find(({ index }) => index === 0)?.duplicates).toEqual([distinct]);
  expect(found.find(({ index }) => index === distinct + 1)?.duplicates).toEqual([]);
});
