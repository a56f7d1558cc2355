import { daySeconds } from "../../contract/limits.ts";

/** A fixed day would be in the past at some time, or too far ahead. */
const tomorrow = new Date(Date.now() + daySeconds * 1_000).toISOString().slice(0, "2027-01-01".length);

/** Examples of request bodies by route and name, for the OpenAPI document; a test sends each of them. */
export const requestExamples: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "POST /classify": {
    list: ["https://example.com/dog.jpg", "https://example.com/cat.jpg"],
    options: { images: ["https://example.com/dog.jpg"], topK: 3, maxImages: 100 },
    prefix: { images: "s3://photos/2027/january/" },
    manifest: { manifest: "s3://photos/lists/january.csv.gz", topK: 1 },
    later: { images: "s3://photos/2027/january/", notBefore: `${tomorrow}T02:00:00Z` },
  },
  "POST /classify/sync": {
    list: ["https://example.com/dog.jpg"],
    options: { images: ["https://example.com/dog.jpg"], topK: 3 },
  },
  "POST /executions/{id}/retry": {
    again: {},
  },
  "POST /uploads": {
    photo: { contentType: "image/jpeg", bytes: 123_456, name: "dog.jpg" },
    manifest: { contentType: "text/csv", bytes: 2_000_000, name: "january.csv" },
  },
  "POST /examples/{name}": {
    "branch-map-reduce": { numbers: [1, 2, 3, 4] },
    "three-images": {
      branch1: { url: "https://example.com/1.jpg" },
      branch2: { url: "https://example.com/2.jpg" },
      branch3: { url: "https://example.com/3.jpg" },
    },
  },
};
