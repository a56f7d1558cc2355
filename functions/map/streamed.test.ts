import { describe, expect, it, vi } from "vitest";
import { InlinePlan, type Item, LargePlan } from "../../contract/workflow.ts";
import { mapImages } from "./map.ts";
import { event, limits, mapServices } from "./test-support/map-services.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

const services = (sources: Record<string, string> = {}) => mapServices({}, sources);
const linesOf = (count: number, prefix = "https://images.test/") =>
  Array.from({ length: count }, (_, at) => `"${prefix}${at}.jpg"`).join("\n");

describe("mapImages with a prefix or a manifest", () => {
  it("plans a few images in the state, with the number of skipped objects", async () => {
    const given = services({ "photos/in/a.jpg": "", "photos/in/b.txt": "", "photos/in/c.png": "" });
    const result = InlinePlan.parse(await mapImages(event({ images: "s3://photos/in/" }), given));
    expect(result).toMatchObject({ total: 2, skipped: 1 });
    expect(result.batches.flatMap(({ Items }) => Items)).toEqual([
      { index: 0, image: "s3://photos/in/a.jpg", duplicates: [] },
      { index: 1, image: "s3://photos/in/c.png", duplicates: [] },
    ]);
    expect(given.objects.texts).toEqual({});
  });

  it("numbers 10,000 lines in their order, bad ones and repeated ones too, and writes their plan to the bucket", async () => {
    const lines = linesOf(10_000).split("\n");
    lines[17] = "nonsense";
    lines[18] = lines[3] ?? "";
    const given = services({ "photos/list.jsonl": lines.join("\n") });
    const result = await mapImages(event({ manifest: "s3://photos/list.jsonl", topK: 3 }), given);
    const plan = { bucket: "own-bucket", key: "plans/x.json" };
    expect(LargePlan.parse(result)).toEqual({
      executionId: "x",
      total: 10_000,
      plan,
      items: 10_000,
      batchSize: 8,
      topK: 3,
    });
    const items = JSON.parse(given.objects.texts["own-bucket/plans/x.json"] ?? "") as readonly Item[];
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
    expect(items[17]).toMatchObject({ image: "nonsense", problem: expect.stringContaining("Line 18") });
    expect([items[3]?.image, items[18]?.image, items[9_999]?.image]).toEqual([
      "https://images.test/3.jpg",
      "https://images.test/3.jpg",
      "https://images.test/9999.jpg",
    ]);
  });

  it("plans inline up to the configured limit, and in the bucket above it", async () => {
    const planned = async (count: number) =>
      mapImages(event({ manifest: "s3://photos/list" }), services({ "photos/list": linesOf(count) }));
    const counts = Array.from({ length: 150 }, (_, at) => at + 1);
    const forms = await Promise.all(
      counts.map(async (count) => ("batches" in (await planned(count)) ? "inline" : "large")),
    );
    expect(new Set(forms)).toEqual(new Set(["inline", "large"]));
    expect(forms.lastIndexOf("inline")).toBe(forms.indexOf("large") - 1);
    expect(await Promise.all(counts.map(async (count) => (await planned(count)).total))).toEqual(counts);
  });

  it.each([
    ["the setting", undefined, 99, "the setting"],
    ["the request", 98, 99, '"maxImages" of the request'],
    ["the setting, which a request cannot raise", 1_000, 99, "the setting"],
  ])("fails with TooManyImages above %s, and leaves no plan", async (_what, maxImages, setting, words) => {
    const input = { manifest: "s3://photos/list", ...(maxImages && { maxImages }) };
    for (const inlineBytes of [1_000, 100_000]) {
      const given = {
        ...services({ "photos/list": linesOf(100) }),
        limits: { ...limits, inlineBytes, maxImages: setting },
      };
      await expect(mapImages(event(input), given)).rejects.toMatchObject({
        name: "TooManyImages",
        message: expect.stringContaining(words),
      });
      expect(given.objects.texts).toEqual({});
    }
    const fitting = { ...services({ "photos/list": linesOf(98) }), limits: { ...limits, maxImages: setting } };
    await expect(mapImages(event(input), fitting)).resolves.toMatchObject({ total: 98 });
  });

  it.each([
    [{ images: "s3://other/in/" }, "BucketNotAllowed"],
    [{ images: "s3://own-bucket/uploads/" }, "BucketNotAllowed"],
    [{ manifest: "s3://own-bucket/plans/x.json" }, "BucketNotAllowed"],
    [{ manifest: "s3://own-bucket/uploads/../plans/x.json" }, "BucketNotAllowed"],
    [{ images: "s3://own-bucket/samples/./../uploads/" }, "BucketNotAllowed"],
    [{ images: "s3://photos/none/" }, "PrefixEmpty"],
    [{ manifest: "s3://photos/none.csv" }, "ManifestUnreadable"],
    [{ images: "s3://photos/2027" }, "InvalidInput"],
  ])("fails by name for %j", async (input, name) => {
    await expect(mapImages(event(input), services())).rejects.toMatchObject({ name });
  });

  it("is refused in the workflow that a caller waits for", async () => {
    const deadline = { startedAt: "2026-01-01T00:00:00.000Z", seconds: 22 };
    for (const input of [{ images: "s3://photos/in/" }, { manifest: "s3://photos/list" }]) {
      const asked = { ...event(input), deadline };
      await expect(mapImages(asked, services())).rejects.toMatchObject({ name: "InvalidInput" });
    }
  });
});
