import { execFile } from "node:child_process";
import path from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { z } from "zod";
import { streamingNodeOptions } from "../../contract/environment.ts";
import { lambdaLimits } from "../../contract/limits.ts";
import { resultsKey } from "../../contract/results.ts";
import { settings } from "../../infra/configuration.ts";
import { readCommand } from "../../lib/command.ts";
import { bucketNamed, issued, startHarness } from "../../packages/local-aws/src/server/test-support/harness.ts";
import { verifiedCounts } from "../planted/results.ts";
import { bucket, mapRunObjects, planted } from "./map-run.ts";

/** Megabytes by which the most images may exceed the fewest. */
const mostMb = 64;
const values =
  readCommand(
    `npm run bench:reduce -- [options]

Merges the results of Map Runs of several sizes with the function reduce, from and to the one-machine S3; 3 % of them are errors of every
kind. Verifies order and codes. Exit code 1 if the largest needs more than ${mostMb} MB above the smallest, or more than ${lambdaLimits.maxTimeoutSeconds} seconds. On Linux,
"taskset -c 0 npm run bench:reduce" measures on one processor, which reads and stores the objects as well.

  --images LIST  Numbers of images (default 1000,10000,100000,1000000)
  --json         Figures as JSON
  --help         This text
`,
    {
      images: { type: "string", default: "1000,10000,100000,1000000" },
      json: { type: "boolean", default: false },
    },
  ) ?? process.exit();

const Figure = z.object({
  images: z.number(),
  /** From the call to its end. */
  seconds: z.number(),
  /** Of all threads of the process, its start included. */
  processorSeconds: z.number(),
  peakMb: z.number(),
});
type Figure = z.infer<typeof Figure>;

const harness = await startHarness({ s3: { buckets: [bucketNamed(bucket)] } });
const client = new S3Client({ endpoint: harness.url, forcePathStyle: true, region: "us-east-1", credentials: issued });
const figures: Figure[] = [];
try {
  for (const images of values.images.split(",").map(Number)) {
    for (const { key, pieces } of mapRunObjects(images)) {
      const Body = Readable.from(pieces, { objectMode: false });
      await new Upload({ client, params: { Bucket: bucket, Key: key, Body }, partSize: 16 << 20 }).done();
    }
    const figure = await merged(images);
    figures.push(figure);
    if (!values.json) console.log(sentence(figure));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: resultsKey("bench", "jsonl") }));
    await verifiedCounts(Body as Readable, "jsonl", images, planted);
  }
} finally {
  client.destroy();
  await harness.close();
}
if (values.json) console.log(JSON.stringify({ figures }));
const [first, last] = [figures[0], figures.at(-1)];
const grown = (last?.peakMb ?? 0) - (first?.peakMb ?? 0);
if (grown > mostMb || (last?.seconds ?? 0) > lambdaLimits.maxTimeoutSeconds) {
  console.error(
    `The largest Map Run needs ${grown.toFixed(0)} MB above the smallest, and ${last?.seconds.toFixed(0)} s.`,
  );
  process.exitCode = 1;
}

/** The figure of a process with the heap that Lambda gives to the function by default. */
async function merged(images: number): Promise<Figure> {
  const heap = Math.floor(settings.reduceMemory.fallback * 0.9);
  const program = path.join(import.meta.dirname, "merge.ts");
  const node = [`--max-old-space-size=${heap}`, streamingNodeOptions, "--import", "tsx"];
  const parameters = [...node, program, harness.url, String(images)];
  const { stdout } = await promisify(execFile)(process.execPath, parameters);

  return Figure.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

function sentence({ images, seconds, processorSeconds, peakMb }: Figure): string {
  return (
    `${images} images: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor time, ` +
    `${peakMb.toFixed(0)} MB at most`
  );
}
