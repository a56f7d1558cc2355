import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { streamingNodeOptions } from "../../contract/environment.ts";
import type { MapLimits } from "../../functions/map/map.ts";
import { settings } from "../../infra/configuration.ts";
import { readCommand } from "../../lib/command.ts";
import { bucketNamed, issued, startHarness } from "../../packages/local-aws/src/server/test-support/harness.ts";
import { listedImages, openListing } from "./listing.ts";
import { bucket, manifestForms, manifestKey, uploadManifest } from "./manifests.ts";

const most = { memoryMb: settings.mapMemory.fallback, seconds: settings.mapTimeout.fallback };
const values =
  readCommand(
    `npm run bench:plan -- [options]

Plans manifests of every form, and a prefix, with the function map, from and to the one-machine S3, and prints time and memory next to
those of 1,000 lines. Exit code 1 if one needs more than the memory (${most.memoryMb} MB) or the time (${most.seconds} s) that the function has by default.
On Linux, "taskset -c 0 npm run bench:plan" measures on one processor, which reads and stores the objects as well.

  --lines N      Lines, or objects below the prefix (default 1000000)
  --forms LIST   Which of them (default ${[...manifestForms, "prefix"].join()})
  --json         Figures as JSON
  --help         This text
`,
    {
      lines: { type: "string", default: "1000000" },
      forms: { type: "string", default: [...manifestForms, "prefix"].join() },
      json: { type: "boolean", default: false },
    },
  ) ?? process.exit();

const Figure = z.object({
  images: z.number(),
  skipped: z.number().optional(),
  seconds: z.number(),
  processorSeconds: z.number(),
  peakMb: z.number(),
});
interface Figure extends z.infer<typeof Figure> {
  readonly source: string;
}

const forms = new Set(values.forms.split(","));
const sizes = [...new Set([1_000, Number(values.lines)])];
const harness = await startHarness({ s3: { buckets: [bucketNamed(bucket)] } });
const client = new S3Client({ endpoint: harness.url, forcePathStyle: true, region: "us-east-1", credentials: issued });
const figures: Figure[] = [];
try {
  for (const lines of sizes) {
    for (const form of manifestForms.filter((each) => forms.has(each))) {
      await uploadManifest(client, form, lines);
      const manifest = `s3://${bucket}/${manifestKey(form, lines)}`;
      keep(await planned(`${form} manifest`, { manifest }, harness.url, lines), lines);
    }
    if (!forms.has("prefix")) continue;
    const listing = await openListing(lines);
    try {
      keep(await planned("prefix", { images: "s3://listed/photos/" }, listing.url, lines), listedImages(lines));
    } finally {
      await listing.close();
    }
  }
} finally {
  client.destroy();
  await harness.close();
}
if (values.json) console.log(JSON.stringify({ figures }));

function keep(figure: Figure, images: number): void {
  const { source, seconds, processorSeconds, peakMb } = figure;
  if (figure.images !== images) throw new Error(`Of the ${source}, ${figure.images} of ${images} images were planned.`);
  figures.push(figure);
  const sentence =
    `${source}, ${images} images: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor time, ` +
    `${peakMb.toFixed(0)} MB at most`;
  if (!values.json) console.log(sentence);
  if (peakMb <= most.memoryMb && seconds <= most.seconds) return;
  console.error(`The function map has ${most.memoryMb} MB and ${most.seconds} s. ${sentence}.`);
  process.exitCode = 1;
}

/** The figure of a process with the heap that the one-machine Lambda gives to the function by default. */
async function planned(source: string, request: object, sources: string, maxImages: number): Promise<Figure> {
  const limits: MapLimits = {
    batchSize: settings.batchSize.fallback,
    concurrency: settings.inlineMapConcurrency.fallback,
    inlineBytes: settings.inlineLimit.fallback,
    distributedConcurrency: settings.distributedMapConcurrency.fallback,
    storageMb: settings.reduceStorage.fallback,
    maxImages,
  };
  const heap = Math.floor(most.memoryMb * 0.9);
  const program = path.join(import.meta.dirname, "plan.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[`--max-old-space-size=${heap}`, streamingNodeOptions, "--import", "tsx", program],
    ...[harness.url, sources, JSON.stringify(request), JSON.stringify(limits)],
  ]);
  return { source, ...Figure.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")) };
}
