import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImageResult, Item, ItemResult } from "../../contract/workflow.ts";
import { memoryObjects } from "../shared/test-support/memory-objects.ts";
import { resultsOfMapRun } from "./map-run.ts";
import { MergedResults } from "./spill/merged-results.ts";

const bucket = "own";
const folder = "map-runs/x/1";
const details = { ResultWriterDetails: { Bucket: bucket, Key: `${folder}/manifest.json` } };
const item = (index: number): Item => ({ index, image: `image ${index}`, duplicates: [] });

/** A child execution as a ResultWriter writes it. */
function child(indices: readonly number[], status: string): object {
  const Input = JSON.stringify({ BatchInput: { executionId: "x", topK: 1 }, Items: indices.map(item) });
  const common = { ExecutionArn: "arn", Name: "n", Input, InputDetails: { Included: true }, Status: status };
  if (status !== "SUCCEEDED") return status === "FAILED" ? { ...common, Error: "Boom", Cause: "{}" } : common;
  const results = indices.map((index) => ({ ...item(index), width: 1, height: 1, predictions: [] }));
  return { ...common, Output: JSON.stringify({ results }), OutputDetails: { Included: true } };
}

type Files = Readonly<Record<string, readonly (readonly object[])[]>>;

/** The objects of a Map Run: the files by status of the child executions, and their manifest. */
function written(files: Files) {
  const keys = (ending: string) =>
    (files[ending] ?? []).map((_, at) => ({ Key: `${folder}/${ending}_${at}.json`, Size: 1 }));
  const manifest = {
    DestinationBucket: bucket,
    MapRunArn: "arn",
    ResultFiles: { FAILED: keys("FAILED"), PENDING: keys("PENDING"), SUCCEEDED: keys("SUCCEEDED") },
  };
  const texts: Record<string, string> = { [`${bucket}/${details.ResultWriterDetails.Key}`]: JSON.stringify(manifest) };
  for (const [ending, lists] of Object.entries(files)) {
    for (const [at, list] of lists.entries()) texts[`${bucket}/${folder}/${ending}_${at}.json`] = JSON.stringify(list);
  }
  return memoryObjects(texts);
}

it("an error of S3 while a file is read is not taken for a damaged file", async () => {
  const objects = written({ SUCCEEDED: [[child([0], "SUCCEEDED")]] });
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("[");
    throw Object.assign(new Error("The connection broke."), { name: "TimeoutError" });
  }
  await expect(all({ ...objects, stream })).rejects.toMatchObject({ name: "TimeoutError" });
});

async function mergeMapRun(objects: ReturnType<typeof memoryObjects>, total: number): Promise<readonly ImageResult[]> {
  const merged = new MergedResults(total);
  for await (const result of resultsOfMapRun(details, bucket, objects)) merged.add(result);
  try {
    return JSON.parse(Buffer.concat([...merged.texts("json")]).toString());
  } finally {
    merged.close();
  }
}
async function all(objects: ReturnType<typeof memoryObjects>): Promise<readonly ItemResult[]> {
  const results: ItemResult[] = [];
  for await (const result of resultsOfMapRun(details, bucket, objects)) results.push(result);
  return results;
}

const endings = ["SUCCEEDED", "FAILED", "PENDING"] as const;
const batches = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 9 }),
    ending: fc.constantFrom(...endings),
    file: fc.nat({ max: 2 }),
    order: fc.nat(),
    twice: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

describe("resultsOfMapRun", () => {
  it("gives every image one result, however its batch ended, in any file, written once or twice", async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (list) => {
        let next = 0;
        const placed = list.map(({ size, ...batch }) => {
          const indices = Array.from({ length: size }, () => next++);
          return { ...batch, indices };
        });
        // An Express child execution may run twice, with different endings.
        const again = placed
          .filter(({ twice }) => twice)
          .map((batch) => ({ ...batch, ending: "FAILED" as const, file: 0 }));
        const rows = [...placed, ...again].sort((a, b) => a.order - b.order);
        const fileOf = (ending: string, file: number) =>
          rows.filter((row) => row.ending === ending && row.file === file).map((row) => child(row.indices, ending));
        const files = Object.fromEntries(
          endings.map((ending) => [ending, [0, 1, 2].map((file) => fileOf(ending, file))]),
        );
        const merged = await mergeMapRun(written(files), next);
        expect(merged.map(({ index, image }) => [index, image])).toEqual(
          Array.from({ length: next }, (_, index) => [index, `image ${index}`]),
        );
        for (const { indices, ending } of placed) {
          for (const index of indices) {
            expect("predictions" in (merged[index] ?? {})).toBe(ending === "SUCCEEDED");
          }
        }
      }),
    );
  });

  it.each([
    ["FAILED", "Boom"],
    ["TIMED_OUT", "TIMED_OUT"],
    ["PENDING", "PENDING"],
  ])("states why a batch that is %s has no results", async (status, named) => {
    const [result] = await all(written({ FAILED: [[child([0], status)]] }));
    expect(result).toMatchObject({ index: 0, image: "image 0", error: { code: "ClassificationFailed" } });
    expect(result && "error" in result && result.error.message).toContain(`(${named})`);
  });

  it("treats a batch with an invalid output as failed, and keeps the other batches", async () => {
    const odd = { ...child([0], "SUCCEEDED"), Output: "{}" };
    const merged = await mergeMapRun(written({ SUCCEEDED: [[odd, child([1], "SUCCEEDED")]] }), 2);
    expect(merged.map((result) => "error" in result)).toEqual([true, false]);
  });

  it.each([
    ["another bucket", "foreign", "map-runs/x/manifest.json"],
    ["another prefix of the bucket", bucket, "uploads/manifest.json"],
  ])("reads nothing from %s", async (_where, Bucket, Key) => {
    const results = resultsOfMapRun({ ResultWriterDetails: { Bucket, Key } }, bucket, memoryObjects());
    await expect(results.next()).rejects.toMatchObject({ name: "InvalidInput" });
  });

  it("fails with ObjectNotFound if the manifest is gone", async () => {
    await expect(all(memoryObjects())).rejects.toMatchObject({ name: "ObjectNotFound" });
  });

  it.each([
    ["is cut off", '[{"Status":"SUCCEEDED"'],
    ["holds no JSON", "[nonsense]"],
    ["contains no child execution", "[{}]"],
    ["has neither results nor the batch", '[{"Status":"SUCCEEDED","Output":"{}","Input":"{}"}]'],
    ["has a failure without its input", '[{"Status":"FAILED"}]'],
  ])("fails with MapRunUnreadable and names the file if a file %s", async (_what, text) => {
    const objects = written({ SUCCEEDED: [[]] });
    objects.texts[`${bucket}/${folder}/SUCCEEDED_0.json`] = text;
    await expect(all(objects)).rejects.toMatchObject({
      name: "MapRunUnreadable",
      message: expect.stringContaining(`${folder}/SUCCEEDED_0.json`),
    });
  });
});
