import { describe, expect, it, vi } from "vitest";
import { apiLimits } from "../../contract/limits.ts";
import { InlinePlan, LargePlan } from "../../contract/workflow.ts";
import { mapImages } from "./map.ts";
import { bucket, event, limits, mapServices } from "./test-support/map-services.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

describe("mapImages", () => {
  it("plans the images of the input", async () => {
    const result = InlinePlan.parse(await mapImages(event({ images: ["a", "b", "a"], topK: 5 }), mapServices()));
    expect(result).toMatchObject({ executionId: "x", total: 3 });
    expect(result.batches.map(({ Items }) => Items)).toEqual([
      [{ index: 0, image: "a", duplicates: [2] }],
      [{ index: 1, image: "b", duplicates: [] }],
    ]);
  });

  it("hands the deadline of the synchronous workflow to each batch, and no other workflow has one", async () => {
    const deadline = { startedAt: "2026-01-01T00:00:00.000Z", seconds: 22 };
    const waited = InlinePlan.parse(
      await mapImages({ ...event({ images: ["a", "b"], topK: 5 }), deadline }, mapServices()),
    );
    expect(waited.batches.map(({ BatchInput }) => BatchInput.deadline)).toEqual(
      Array(2).fill({ startedAt: deadline.startedAt, seconds: 22, total: 2 }),
    );
    const other = InlinePlan.parse(await mapImages(event({ images: ["a"], topK: 5 }), mapServices()));
    expect(other.batches[0]?.BatchInput).toEqual({ executionId: "x", topK: 5 });
  });

  it("reads a request from the bucket", async () => {
    const stored = { [`${bucket}/requests/r.json`]: JSON.stringify({ images: ["a"], topK: 2 }) };
    const result = await mapImages(event({ request: { bucket, key: "requests/r.json" } }), mapServices(stored));
    expect(InlinePlan.parse(result).batches[0]?.BatchInput).toEqual({ executionId: "x", topK: 2 });
  });

  it.each([
    ["no images", { images: [], topK: 5 }],
    ["a wrong top k", { images: ["a"], topK: 0 }],
    ["nothing", null],
    ["a request in another bucket", { request: { bucket: "foreign", key: "requests/r.json" } }],
    ["a request outside its prefix", { request: { bucket, key: "results/r.json" } }],
  ])("fails with InvalidInput for %s", async (_what, input) => {
    await expect(mapImages(event(input), mapServices())).rejects.toMatchObject({ name: "InvalidInput" });
  });

  it.each([
    ["a bare list", ["a", "b"]],
    ["an object without options", { images: ["a", "b"] }],
  ])("takes the body of the HTTP API with its defaults: %s", async (_what, input) => {
    const { batches } = InlinePlan.parse(await mapImages(event(input), mapServices()));
    expect(batches.map(({ BatchInput }) => BatchInput.topK)).toEqual([apiLimits.defaultTopK, apiLimits.defaultTopK]);
  });

  it.each([
    ["an image that is no text", ["a", 7], '"1": '],
    ["an image that is no text, in an object", { images: ["a", 7] }, '"images.1": '],
    ["a wrong option", { images: ["a"], topK: "3" }, '"topK": '],
    ["a misspelled option", { images: ["a"], topk: 3 }, '"topk"'],
    ["a text", "https://example.com/a.jpg", "the input: expected a list or an object, received string"],
  ])("names what is wrong with %s", async (_what, input, words) => {
    await expect(mapImages(event(input), mapServices())).rejects.toThrow(words);
  });

  it("accepts fewer images than the stack allows if the request says so, never more", async () => {
    const input = (maxImages: number) => event({ images: ["a", "b"], maxImages });
    await expect(mapImages(input(1), mapServices())).rejects.toMatchObject({ name: "TooManyImages" });
    const few = { ...mapServices(), limits: { ...limits, maxImages: 1 } };
    await expect(mapImages(input(5), few)).rejects.toMatchObject({ name: "TooManyImages" });
    await expect(mapImages(input(2), mapServices())).resolves.toMatchObject({ total: 2 });
  });

  it("fails with InvalidInput if the object in the bucket is not a request", async () => {
    const stored = { [`${bucket}/requests/r.json`]: '{"request":{"bucket":"own-bucket","key":"requests/r.json"}}' };
    const input = { request: { bucket, key: "requests/r.json" } };
    await expect(mapImages(event(input), mapServices(stored))).rejects.toMatchObject({ name: "InvalidInput" });
  });

  it("fails with ObjectNotFound if the request is gone", async () => {
    const input = { request: { bucket, key: "requests/gone.json" } };
    await expect(mapImages(event(input), mapServices())).rejects.toMatchObject({ name: "ObjectNotFound" });
  });

  it("writes a plan whose results would not fit the state to the bucket, and returns its location", async () => {
    const images = Array.from({ length: 500 }, (_, at) => `https://example.com/${at}.jpg`);
    const given = mapServices();
    const result = await mapImages(event({ images, topK: 4 }), given);
    expect(result).toEqual({
      executionId: "x",
      total: 500,
      items: 500,
      plan: { bucket, key: "plans/x.json" },
      batchSize: 8,
      topK: 4,
    });
    expect(LargePlan.parse(result)).toEqual(result);
    const stored = JSON.parse(given.objects.texts[`${bucket}/plans/x.json`] ?? "");
    expect(stored).toEqual(images.map((image, index) => ({ index, image, duplicates: [] })));
  });

  it("uses the configured limit as the boundary, and writes nothing below it", async () => {
    const images = Array.from({ length: 30 }, (_, at) => `https://example.com/${at}.jpg`);
    const given = { ...mapServices(), limits: { ...limits, inlineBytes: 2_000 } };
    expect(await mapImages(event({ images, topK: 5 }), given)).toHaveProperty("plan");
    const wide = mapServices();
    expect(await mapImages(event({ images, topK: 5 }), wide)).toHaveProperty("batches");
    expect(wide.objects.texts).toEqual({});
  });

  it("plans as many images as the synchronous API takes inline, since its workflow reads no plan", async () => {
    const images = Array.from({ length: apiLimits.syncImages }, (_, at) => `https://example.com/${at}.jpg`);
    const given = { ...mapServices(), limits: { ...limits, inlineBytes: 1 } };
    expect(await mapImages(event({ images, topK: 20 }), given)).toHaveProperty("batches");
    expect(await mapImages(event({ images: [...images, "one more"], topK: 20 }), given)).toHaveProperty("plan");
  });

  it("fails with TooManyImages if the results are more than one execution can write", async () => {
    const images = new Array(60_000).fill("x".repeat(8_192));
    await expect(mapImages(event({ images, topK: 5 }), mapServices())).rejects.toMatchObject({ name: "TooManyImages" });
  });

  it("fails with TooManyImages for more images than the stack allows", async () => {
    const images = ["a", "b", "c"];
    const few = { ...mapServices(), limits: { ...limits, maxImages: 2 } };
    await expect(mapImages(event({ images, topK: 5 }), few)).rejects.toThrow(/has 3 images, but at most 2 are allowed/);
    await expect(mapImages(event({ images: ["a", "b"], topK: 5 }), few)).resolves.toMatchObject({ total: 2 });
  });

  it("trims references, and cuts one that is too long to one character more than allowed", async () => {
    const images = [" https://example.com/a ", "s3://bucket/key ", "x".repeat(200_000)];
    const { batches } = (await mapImages(event({ images, topK: 5 }), mapServices())) as InlinePlan;
    const planned = batches.flatMap(({ Items }) => Items.map(({ image }) => image));
    expect(planned).toEqual(["https://example.com/a", "s3://bucket/key ", "x".repeat(8_193)]);
  });
});
