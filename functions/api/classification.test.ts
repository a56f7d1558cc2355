import { expect, it } from "vitest";
import { listedImages } from "../../contract/request.ts";
import { readRequest } from "./classification.ts";

const buckets = { ownBucket: "own-bucket", imageBuckets: ["photos"] };

it("spaces around images do not change a request: an Idempotency-Key finds its execution", () => {
  const plain = readRequest({ images: ["https://example.com/a.jpg", "s3://photos/b.jpg"], topK: 3 }, buckets);
  expect(listedImages(plain)).toEqual(["https://example.com/a.jpg", "s3://photos/b.jpg"]);
  expect(readRequest({ images: [" https://example.com/a.jpg\n", "\ts3://photos/b.jpg\n"], topK: 3 }, buckets)).toEqual(
    plain,
  );
});
