import { describe, expect, it } from "vitest";
import type { ImageResult } from "../../contract/workflow.ts";
import { problemsOf } from "./photos.ts";

const golden = { tolerance: 0.01, top: [{ index: 1, label: "cat", probability: 0.9 }], others: [] };
const photo = { golden, name: "cat.jpg", bytes: Buffer.alloc(0), contentType: "image/jpeg" } as const;
const images = ["s3://b/uploads/1.jpg", "s3://b/uploads/2.jpg"];
const classified = (image: string, index: number, label = "cat"): ImageResult => ({
  index,
  image,
  width: 2,
  height: 2,
  predictions: [{ label, probability: 0.9 }],
});

describe("the results of copies", () => {
  const [one = "", two = ""] = images;

  it("have no problem if each copy has the expected label, in any order", () => {
    expect(problemsOf([classified(two, 1), classified(one, 0)], images, photo)).toEqual([]);
  });

  it("show an image that is lost", () => {
    expect(problemsOf([classified(one, 0)], images, photo)).toEqual([
      "1 results for 2 images.",
      `${two} has no result.`,
    ]);
  });

  it("show an image with an error, and one with another label", () => {
    const failed: ImageResult = { index: 0, image: one, error: { code: "AccessDenied", message: "no" } };
    const [first, second] = problemsOf([failed, classified(two, 1, "dog")], images, photo);
    expect(first).toBe(`${one}: AccessDenied: no`);
    expect(second).toMatch(/^s3:\/\/b\/uploads\/2\.jpg: .*"cat"/);
  });
});
