/**
 * `npm run bench:decoding`: where the processor time between a photo's bytes and its labels goes, and how decoding and
 * inference share the processors. Linux only.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { bundleModules } from "../../image/bundle.ts";
import { readCommand } from "../../lib/command.ts";
import { buildModel } from "../../model/build.ts";
import { makePhotos } from "../photos.ts";
import { NoProcessorLimit, ProcessorLimit } from "./processor-limit.ts";
import { type Sample, Samples, Stages, sharesTable, stagesTable } from "./report.ts";

const values =
  readCommand(
    `npm run bench:decoding -- [options]

Prints the processor time of each stage of decoding, and how decoding and inference share the processors: how long their
threads ran, and how long they were ready to run but had no processor. Needs Linux and native TensorFlow.

  --cores N    Also with the processor limited to N cores, for example 1.7 (Lambda with 3,008 MB), in turn with the
               unlimited processor. Needs a user who may make control groups, such as root
  --rounds N   How often each is measured in turn (default 5)
  --json       Figures as JSON instead of tables
  --help       This text
`,
    {
      cores: { type: "string" },
      rounds: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  ) ?? process.exit();
const cores = values.cores === undefined ? undefined : Number(values.cores);
const rounds = Number(values.rounds);
if ((cores !== undefined && !(cores >= 0.1)) || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.error('Give a number of cores and a whole number of rounds: "--cores 1.7 --rounds 5".');
  process.exit(2);
}
/** Stages are measured more often, because one of them is the small difference of the others. */
const stageRounds = 5;
const root = path.resolve(import.meta.dirname, "../..");
const { directory, samplePhoto } = await buildModel();
mkdirSync(path.join(root, ".build"), { recursive: true });
// Inside the checkout, so that the bundles find the packages that are not bundled.
const folder = mkdtempSync(path.join(root, ".build/bench-"));
const limit = cores === undefined ? undefined : limitTo(cores);
try {
  const names = {
    program: "bench/decoding/program",
    stages: "bench/decoding/stages",
    decoder: "functions/classify/decode/main",
  };
  const bundles = await bundleModules(root, Object.values(names));
  const files = Object.keys(names).map((name, at) => {
    const file = path.join(folder, `${name}.mjs`);
    writeFileSync(file, bundles[at]?.contents ?? "");
    return file;
  });
  const [program = "", stages = ""] = files;
  const photos = await makePhotos(samplePhoto, folder);
  const stagesOf = async (photo: string): Promise<Stages> =>
    Stages.parse(await outputOf([process.execPath, stages, photo, String(rounds * stageRounds)]));
  const found = [await stagesOf(photos.usual), await stagesOf(photos.large)];
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const group of limit ? [undefined, limit] : [undefined]) {
      for (const batch of [1, 8]) {
        const command = [process.execPath, program, directory, photos.usual, String(batch), "6"];
        const output = Samples.parse(await outputOf(group?.around(command) ?? command));
        samples.push(...output.samples.map((sample) => ({ sample, batch, cores: group ? cores : undefined })));
      }
    }
  }
  if (values.json) console.log(JSON.stringify({ stages: found, samples }, null, 2));
  else console.log(`${stagesTable(found)}\n${sharesTable(samples)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
  limit?.remove();
}

function limitTo(cores: number): ProcessorLimit {
  try {
    return new ProcessorLimit(cores);
  } catch (error) {
    if (!(error instanceof NoProcessorLimit)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** The last line that a program prints, which is JSON. */
async function outputOf([file = "", ...parameters]: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(file, parameters, { timeout: 300_000, maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}
