/**
 * Merges the results of one Map Run with the services that the function uses, and prints what it took as JSON. Each
 * measurement has a process to itself, because the peak of its memory is read.
 */
import { S3Client } from "@aws-sdk/client-s3";
import { reduceResults } from "../../functions/reduce/reduce.ts";
import { clientOptions } from "../../functions/shared/aws-client.ts";
import { jsonObjects } from "../../functions/shared/objects.ts";
import { ownPeakMb } from "../../lib/peak-memory.ts";
import { issued } from "../../packages/local-aws/src/server/test-support/harness.ts";
import { bucket, manifestKey } from "./map-run.ts";

const [endpoint = "", count = ""] = process.argv.slice(2);
const images = Number(count);
const client = new S3Client({
  ...clientOptions({ requestMs: 20_000 }),
  endpoint,
  forcePathStyle: true,
  region: "us-east-1",
  credentials: issued,
});
const mapRun = { MapRunArn: "arn", ResultWriterDetails: { Bucket: bucket, Key: manifestKey } };
const event = { release: "0".repeat(12), classified: { executionId: "bench", total: images, mapRun } };

const began = performance.now();
// With a limit of one byte, results of every size are written as lines.
const { counts } = await reduceResults(event, {
  objects: jsonObjects(client),
  bucket,
  listBytes: 1,
});
const seconds = (performance.now() - began) / 1_000;
client.destroy();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const figure = {
  images,
  seconds,
  processorSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMb: ownPeakMb(),
  counts,
};
process.stdout.write(`${JSON.stringify(figure)}\n`);
