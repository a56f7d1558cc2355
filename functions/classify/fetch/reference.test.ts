import { describe, expect, it } from "vitest";
import { readReference } from "./reference.ts";

const rules = { ownBucket: "own-bucket", imageBuckets: ["team-photos"] };
const read = (text: string) => readReference(text, rules);

describe("image references", () => {
  it("does not change a web address", () => {
    const source = read("https://example.com/a%20b.jpg?x=1");
    expect(source.kind === "http" && source.url.href).toBe("https://example.com/a%20b.jpg?x=1");
  });

  it.each([
    ["s3://own-bucket/uploads/a.jpg", "own-bucket", "uploads/a.jpg"],
    ["s3://own-bucket/samples/labrador.jpg", "own-bucket", "samples/labrador.jpg"],
    ["s3://team-photos/any/key with spaces.jpg", "team-photos", "any/key with spaces.jpg"],
    ["s3://team-photos/100%25.jpg", "team-photos", "100%25.jpg"],
  ])("%s is an object, with its key taken literally", (text, bucket, key) => {
    expect(read(text)).toEqual({ kind: "s3", bucket, key });
  });

  it.each([
    "s3://own-bucket/results/a.json",
    "s3://own-bucket/plans/a.json",
    "s3://own-bucket/uploadsx/a.jpg",
    "s3://somebody-else/a.jpg",
  ])("%s may not be read by this stack", (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "HostNotAllowed" }));
  });

  it.each(["", "photo.jpg", "s3://own-bucket", "s3://own-bucket/", "S3://own-bucket/uploads/a.jpg", "s3://UPPER/a"])(
    "%j is not a reference",
    (text) => expect(() => read(text)).toThrow(expect.objectContaining({ code: "InvalidImageReference" })),
  );
});
