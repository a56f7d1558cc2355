/**
 * Plans one request with the services that the function uses, and prints what it took as JSON. Each measurement has a
 * process to itself, because the peak of its memory is read.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { type MapLimits, mapImages } from "../../functions/map/map.ts";
import { sourceObjects } from "../../functions/map/source/source-objects.ts";
import { clientOptions } from "../../functions/shared/aws-client.ts";
import { jsonObjects } from "../../functions/shared/objects.ts";
import { ownPeakMb } from "../../lib/peak-memory.ts";
import { issued } from "../../packages/local-aws/src/server/test-support/harness.ts";
import { bucket } from "./manifests.ts";

/** Where plans are written, where images are listed or manifests are read, the request, and the limits of the function. */
const [endpoint = "", sources = "", input = "{}", limits = "{}"] = process.argv.slice(2);
const clientAt = (url: string) =>
  new S3Client({
    ...clientOptions({ requestMs: 20_000 }),
    endpoint: url,
    forcePathStyle: true,
    region: "us-east-1",
    credentials: issued,
  });
const [own, read] = [clientAt(endpoint), clientAt(sources)];
const began = performance.now();
const { total, skipped } = await mapImages(
  { executionId: "bench", input: JSON.parse(input) },
  {
    objects: jsonObjects(own),
    sources: sourceObjects(read),
    buckets: { ownBucket: bucket, imageBuckets: ["listed"] },
    limits: JSON.parse(limits) as MapLimits,
  },
);
const seconds = (performance.now() - began) / 1_000;
for (const client of [own, read]) client.destroy();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const figure = { images: total, skipped, seconds, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 };
process.stdout.write(`${JSON.stringify({ ...figure, peakMb: ownPeakMb() })}\n`);
