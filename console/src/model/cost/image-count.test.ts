import { expect, it } from "vitest";
import { imageCountOf } from "./image-count.ts";

it.each([
  ['["a","b"]', { count: 2 }],
  ['{"images":["a"]}', { count: 1 }],
  ['{"images":"s3://bucket/prefix/"}', {}],
  ['{"manifest":"s3://bucket/list.csv","maxImages":5000}', { atMost: 5_000 }],
  ['{"images":"s3://bucket/prefix/","maxImages":-1}', {}],
  ["not JSON", { count: 0 }],
  ["null", { count: 0 }],
])("%s", (input, expected) => {
  expect(imageCountOf(input)).toEqual(expected);
});
