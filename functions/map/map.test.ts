import { describe, expect, it, vi } from "vitest";
import { Plan } from "../../contract/workflow.ts";
import { memoryObjects } from "../shared/test-support/memory-objects.ts";
import { mapImages } from "./map.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

const limits = { batchSize: 8, concurrency: 10 };
const bucket = "own-bucket";
const services = (objects: Record<string, string> = {}) => ({ objects: memoryObjects(objects), bucket, limits });
const event = (input: unknown) => ({ executionId: "x", input });

describe("mapImages", () => {
  it("plans the images of the input", async () => {
    const result = await mapImages(event({ images: ["a", "b", "a"], topK: 5 }), services());
    expect(Plan.parse(result)).toEqual(result);
    expect(result).toMatchObject({ executionId: "x", total: 3 });
    expect(result.batches.map(({ Items }) => Items)).toEqual([
      [{ index: 0, image: "a", also: [2] }],
      [{ index: 1, image: "b", also: [] }],
    ]);
  });

  it("reads a request that stands in the bucket", async () => {
    const stored = { [`${bucket}/requests/r.json`]: JSON.stringify({ images: ["a"], topK: 2 }) };
    const result = await mapImages(event({ request: { bucket, key: "requests/r.json" } }), services(stored));
    expect(result.batches[0]?.BatchInput).toEqual({ executionId: "x", topK: 2 });
  });

  it.each([
    ["no images", { images: [], topK: 5 }],
    ["no top k", { images: ["a"] }],
    ["nothing", null],
    ["a request in another bucket", { request: { bucket: "foreign", key: "requests/r.json" } }],
    ["a request outside its prefix", { request: { bucket, key: "results/r.json" } }],
  ])("fails by the name InvalidInput for %s", async (_what, input) => {
    await expect(mapImages(event(input), services())).rejects.toMatchObject({ name: "InvalidInput" });
  });

  it("fails by the name InvalidInput when what stands in the bucket is no request", async () => {
    const stored = { [`${bucket}/requests/r.json`]: '{"request":{"bucket":"own-bucket","key":"requests/r.json"}}' };
    const input = { request: { bucket, key: "requests/r.json" } };
    await expect(mapImages(event(input), services(stored))).rejects.toMatchObject({ name: "InvalidInput" });
  });

  it("fails by the name ObjectNotFound when the request is gone", async () => {
    const input = { request: { bucket, key: "requests/gone.json" } };
    await expect(mapImages(event(input), services())).rejects.toMatchObject({ name: "ObjectNotFound" });
  });

  it("fails by the name TooManyImages instead of overflowing the state later", async () => {
    const images = Array.from({ length: 2_000 }, (_, at) => `https://example.com/${at}.jpg`);
    await expect(mapImages(event({ images, topK: 5 }), services())).rejects.toMatchObject({ name: "TooManyImages" });
  });
});
