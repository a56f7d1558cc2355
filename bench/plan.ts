import { fork } from "node:child_process";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { apiLimits, mib } from "../contract/limits.ts";
import { mapImages } from "../functions/map/map.ts";
import { sourceObjects } from "../functions/map/source/source-objects.ts";
import { jsonObjects } from "../functions/shared/objects.ts";
import { readCommand } from "../lib/command.ts";
import {
  authorizerOf,
  bucketNamed,
  issued,
  startHarness,
} from "../packages/local-aws/src/server/test-support/harness.ts";

const values =
  readCommand(
    `npm run bench:plan -- [options]

Plans a manifest with the function map in a separate process against the one-machine S3, and prints its time and the
peak of its memory, next to those of a manifest with 1,000 lines.

  --lines N   Lines of the manifest (default ${apiLimits.mostImages})
  --json      One JSON object per run
  --help      This text
`,
    { lines: { type: "string", default: String(apiLimits.mostImages) }, json: { type: "boolean", default: false } },
  ) ?? process.exit();

const bucket = "data";
const manifest = (lines: number) => `uploads/${lines}.jsonl`;

interface Measured {
  readonly lines: number;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Plans in this process, which the parent has started for it. */
async function planHere(endpoint: string, lines: number): Promise<Measured> {
  const client = new S3Client({ endpoint, region: "us-east-1", credentials: issued });
  const limits = {
    batchSize: 8,
    concurrency: 6,
    inlineBytes: 200_000,
    distributedConcurrency: 6,
    maxImages: lines,
    storageMb: apiLimits.reduceStorageMb,
  };
  const began = performance.now();
  const input = { manifest: `s3://${bucket}/${manifest(lines)}` };
  const { total } = await mapImages(
    { executionId: `plan-${lines}`, input },
    {
      objects: jsonObjects(client),
      sources: sourceObjects(client),
      buckets: { ownBucket: bucket, imageBuckets: [] },
      limits,
    },
  );
  if (total !== lines) throw new Error(`${total} of ${lines} lines were planned.`);
  client.destroy();
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  return { lines, seconds: (performance.now() - began) / 1_000, peakMb };
}

/** A manifest, with a bad line among each hundred. */
function textOf(lines: number): Buffer {
  const texts = Array.from({ length: lines }, (_, at) =>
    at % 100 === 17 ? "not JSON" : JSON.stringify(`https://images.example.com/photos/${at}.jpg`),
  );
  return Buffer.from(texts.join("\n"));
}

async function measured(endpoint: string, lines: number): Promise<Measured> {
  const child = fork(import.meta.filename, [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, PLAN_BENCH: JSON.stringify({ endpoint, lines }) },
  });
  return new Promise((resolve, reject) => {
    child.on("message", (message) => resolve(message as Measured));
    child.on("exit", (code) => reject(new Error(`The process that plans ended with ${code}.`)));
  });
}

const asked = process.env["PLAN_BENCH"];
if (asked !== undefined) {
  const { endpoint, lines } = JSON.parse(asked) as { endpoint: string; lines: number };
  process.send?.(await planHere(endpoint, lines));
} else {
  const s3 = { authorizer: authorizerOf(), objects: [], buckets: [bucketNamed(bucket)] };
  const harness = await startHarness({ s3 });
  const client = new S3Client({ endpoint: harness.url, region: "us-east-1", credentials: issued });
  try {
    for (const lines of [1_000, Number(values.lines)]) {
      const Body = textOf(lines);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: manifest(lines), Body }));
      const result = await measured(harness.url, lines);
      const { seconds, peakMb } = result;
      const size = `${(Body.length / mib).toFixed(1)} MiB`;
      const words = `${lines} lines, ${size}: ${seconds.toFixed(1)} s, peak of ${peakMb.toFixed(0)} MB`;
      process.stdout.write(`${values.json ? JSON.stringify(result) : words}\n`);
    }
  } finally {
    client.destroy();
    await harness.close();
  }
}
