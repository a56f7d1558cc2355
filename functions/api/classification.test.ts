import { expect, it } from "vitest";
import { readRequest } from "./classification.ts";

it("a request with spaces around its images is the request without them: an Idempotency-Key finds it again", () => {
  const plain = readRequest({ images: ["https://example.com/a.jpg", "s3://photos/b.jpg"], topK: 3 });
  expect(plain.images).toEqual(["https://example.com/a.jpg", "s3://photos/b.jpg"]);
  expect(readRequest({ images: [" https://example.com/a.jpg\n", "\ts3://photos/b.jpg\n"], topK: 3 })).toEqual(plain);
});
