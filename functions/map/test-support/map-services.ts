import { memoryObjects } from "../../shared/test-support/memory-objects.ts";
import { memorySources } from "./memory-sources.ts";

export const bucket = "own-bucket";

export const limits = {
  batchSize: 8,
  concurrency: 10,
  inlineBytes: 100_000,
  distributedConcurrency: 10,
  maxImages: 100_000,
  storageMb: 512,
};

/** The services of `map` in memory, with what is in the stack's bucket and what a prefix or a manifest may name. */
export function mapServices(objects: Record<string, string> = {}, sources: Record<string, string> = {}) {
  return {
    objects: memoryObjects(objects),
    sources: memorySources(sources),
    buckets: { ownBucket: bucket, imageBuckets: ["photos"] },
    limits,
  };
}

/** The input of `map` for a request. */
export const event = (input: unknown) => ({ executionId: "x", input });
