import { expect, it } from "vitest";
import { apiLimits } from "../../contract/limits.ts";
import { itemsOf, normalise } from "./items.ts";

it.each([
  ["  https://a.example/1.jpg \n", "https://a.example/1.jpg"],
  ["\ts3://b/a key \r\n", "s3://b/a key "],
  ["S3://b/a\nb\n\n", "S3://b/a\nb"],
])("%j is normalised to %j", (image, expected) => {
  expect(normalise(image)).toBe(expected);
});

it("cuts a reference of millions of line ends", () => {
  expect(normalise(`s3://b/${"\n".repeat(3_000_000)}x`)).toHaveLength(apiLimits.imageReferenceLength + 1);
});

it("numbers each image once, with the indexes at which it is repeated", () => {
  expect(itemsOf(["a", "b", " a", "a"])).toEqual([
    { index: 0, image: "a", duplicates: [2, 3] },
    { index: 1, image: "b", duplicates: [] },
  ]);
});
