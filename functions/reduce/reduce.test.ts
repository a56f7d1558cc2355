import { describe, expect, it, vi } from "vitest";
import { statesLimits } from "../../contract/limits.ts";
import { Outcome } from "../../contract/workflow.ts";
import { memoryObjects } from "../shared/test-support/memory-objects.ts";
import { reduceResults } from "./reduce.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

const result = (index: number, label = "tabby") => ({
  index,
  image: `image ${index}`,
  width: 2,
  height: 1,
  predictions: [{ label, probability: 0.5 }],
});
const release = "0123456789ab";
const services = (objects = memoryObjects(), bucket = "b") => ({
  objects,
  bucket,
  listBytes: 1_000_000,
});
const event = (...results: readonly object[]) => ({
  release,
  classified: { executionId: "x", total: results.length, batches: results.map((each) => ({ results: [each] })) },
});

describe("reduceResults", () => {
  it("writes the results to the bucket in request order, and returns them with counts", async () => {
    const objects = memoryObjects();
    const outcome = await reduceResults(event(result(1), result(0)), services(objects, "own-bucket"));
    expect(Outcome.parse(outcome)).toEqual(outcome);
    expect(outcome).toEqual({
      executionId: "x",
      release,
      counts: { total: 2, succeeded: 2, failed: 0 },
      classified: { total: 2, succeeded: 2, failed: 0 },
      transient: 0,
      resultsLocation: { bucket: "own-bucket", key: "results/x.json" },
      results: [result(0), result(1)],
    });
    expect(JSON.parse(objects.texts["own-bucket/results/x.json"] ?? "")).toEqual(outcome.results);
    expect(objects.metadata["own-bucket/results/x.json"]).toEqual({ release });
  });

  it("accepts results without `duplicates`, as the example's branches may return them", async () => {
    const { counts } = await reduceResults(event(result(0)), services());
    expect(counts.succeeded).toBe(1);
  });

  it("omits results that do not fit the state, but writes all of them to the bucket", async () => {
    const objects = memoryObjects();
    const many = Array.from({ length: 300 }, (_, index) => result(index, "x".repeat(1_000)));
    const outcome = await reduceResults(event(...many), services(objects));
    expect(outcome).not.toHaveProperty("results");
    expect(outcome.counts.total).toBe(300);
    expect(JSON.parse(objects.texts["b/results/x.json"] ?? "")).toHaveLength(300);
    const few = await reduceResults(event(...many.slice(0, 200)), services(objects));
    expect(few.results).toHaveLength(200);
    expect(JSON.stringify(few).length).toBeLessThan(statesLimits.payloadBytes);
  });

  it("writes lines of JSON above the bound of a list, and says so by the name of the object", async () => {
    const objects = memoryObjects();
    const error = { code: "UpstreamError", message: "It responded with 500." };
    const given = event(result(2), { index: 0, image: "a\u2028b", error, duplicates: [1] }, result(3));
    const outcome = await reduceResults(
      { ...given, classified: { ...given.classified, total: 4 } },
      { ...services(objects), listBytes: 100 },
    );
    expect(outcome).toMatchObject({
      resultsLocation: { key: "results/x.jsonl" },
      counts: { total: 4, succeeded: 2, failed: 2 },
      classified: { total: 3, succeeded: 2, failed: 1 },
      transient: 2,
    });
    const lines = objects.texts["b/results/x.jsonl"]?.split("\n") ?? [];
    expect(lines.at(-1)).toBe("");
    const { index: _, ...failure } = { index: 0, image: "a\u2028b", error };
    expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual([
      { index: 0, ...failure },
      { index: 1, ...failure },
      result(2),
      result(3),
    ]);
    expect(outcome.results).toHaveLength(4);
  });

  it("merges the results of a retry into those of the execution that it retries", async () => {
    const error = { code: "UpstreamError", message: "It responded with 500." };
    const first = [0, 1, 2].map((index) => (index === 0 ? result(0) : { index, image: "a", error }));
    const objects = memoryObjects({
      "b/results/first.jsonl": first.map((each) => `${JSON.stringify(each)}\n`).join(""),
    });
    const earlier = { bucket: "b", key: "results/first.jsonl" };
    const classified = { ...event(result(1)).classified, total: 3, topK: 5, earlier };
    const outcome = await reduceResults({ release, classified }, services(objects));
    expect(outcome).toMatchObject({
      counts: { total: 3, succeeded: 2, failed: 1 },
      classified: { total: 1, succeeded: 1, failed: 0 },
      transient: 1,
      topK: 5,
    });
    expect(outcome.results).toEqual([result(0), result(1), first[2]]);
  });

  it("writes before it returns, and fails if it cannot write", async () => {
    const upload = () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }));
    const reduced = reduceResults(event(result(0)), services({ ...memoryObjects(), upload }));
    await expect(reduced).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("reads the results of a Map Run from its files", async () => {
    const child = { Status: "SUCCEEDED", Output: JSON.stringify({ results: [result(1)] }) };
    const manifest = {
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: "map-runs/x/1/SUCCEEDED_0.json" }] },
    };
    const objects = memoryObjects({
      "b/map-runs/x/1/manifest.json": JSON.stringify(manifest),
      "b/map-runs/x/1/SUCCEEDED_0.json": JSON.stringify([child]),
    });
    const mapRun = { MapRunArn: "arn", ResultWriterDetails: { Bucket: "b", Key: "map-runs/x/1/manifest.json" } };
    const outcome = await reduceResults(
      { release, classified: { executionId: "x", total: 2, mapRun } },
      services(objects),
    );
    expect(outcome.counts).toEqual({ total: 2, succeeded: 1, failed: 1 });
    expect(outcome.results?.[1]).toEqual(result(1));
  });

  it("fails with InvalidInput if a batch is invalid", async () => {
    const broken = { release, classified: { executionId: "x", total: 1, batches: [{ result: [] }] } };
    await expect(reduceResults(broken, services())).rejects.toMatchObject({ name: "InvalidInput" });
  });
});
