import { expect, it } from "vitest";
import { readRequest } from "./classification.ts";

it("spaces around images do not change a request: an Idempotency-Key finds its execution", () => {
  const plain = readRequest({ images: ["https://example.com/a.jpg", "s3://photos/b.jpg"], topK: 3 });
  expect(plain.images).toEqual(["https://example.com/a.jpg", "s3://photos/b.jpg"]);
  expect(readRequest({ images: [" https://example.com/a.jpg\n", "\ts3://photos/b.jpg\n"], topK: 3 })).toEqual(plain);
});
