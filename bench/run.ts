import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import sharp from "sharp";
import { bundleModules } from "../image/bundle.ts";
import { buildModel } from "../model/build.ts";
import { median } from "../test/lanes/support/median.ts";
import { type Figure, figure, type Measurement } from "./figures.ts";
import { measure, preparePeers } from "./peers.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  console.log(
    "npm run bench -- [--quick] [--json]: ratios against Python TensorFlow and onnxruntime-node, measured in this run",
  );
  process.exit(0);
}
const rounds = values.quick ? 3 : 7;
const runs = values.quick ? 8 : 20;
const root = path.resolve(import.meta.dirname, "..");
const log = (line: string): void => console.error(`bench: ${line}`);

const model = await buildModel();
const [tensorflow, onnx] = preparePeers(model.directory, log);
if (!tensorflow || !onnx) throw new Error("a peer is missing");

// Inside the checkout, so that the bundle finds the packages it leaves out.
mkdirSync(path.join(root, ".build"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".build/bench-"));
const figures: Figure[] = [];
try {
  const [bundle, decoder] = await bundleModules(root, ["bench/ours", "functions/classify/decode/main"]);
  if (!bundle || !decoder) throw new Error("the bundle is empty");
  const program = path.join(folder, "ours.mjs");
  writeFileSync(program, bundle.contents);
  writeFileSync(path.join(folder, "decoder.mjs"), decoder.contents);
  const photos = await makePhotos(model.samplePhoto, folder);
  const ours = (photo: string, count: number, batch: number, engine = "native"): Promise<Measurement> =>
    measure(process.execPath, [program, model.directory, engine, photo, String(count), String(batch)]);

  log("one call of each first, so that all read from a warm page cache");
  for (const run of [ours, tensorflow.measure, onnx.measure]) agree(await run(photos.usual, 1, 1));

  log(`cold start and memory: ${rounds} rounds, each peer in turn`);
  const cold = await inTurn(rounds, {
    ours: () => ours(photos.usual, 3, 1),
    tensorflow: () => tensorflow.measure(photos.usual, 3, 1),
    onnx: () => onnx.measure(photos.usual, 3, 1),
  });
  const phases = Object.keys(cold.ours[0]?.phases ?? {}).map(
    (phase) => `${phase} ${median(cold.ours.map((one) => one.phases?.[phase] ?? 0)).toFixed(0)}`,
  );
  log(`our cold start by phase, ms: ${phases.join(", ")}`);
  const coldOf = (name: keyof typeof cold): number => median(cold[name].map((one) => one.cold));
  const memoryOf = (name: keyof typeof cold): number => median(cold[name].map((one) => one.peakMb));
  figures.push(figure(["cold-start", tensorflow.name, 0.2, 0.15], coldOf("ours"), coldOf("tensorflow"), "ms"));
  figures.push(figure(["cold-start", onnx.name, 1.5, 1.2], coldOf("ours"), coldOf("onnx"), "ms"));
  figures.push(figure(["peak-memory", tensorflow.name, 0.53, 0.45], memoryOf("ours"), memoryOf("tensorflow"), "MB"));

  for (const [name, photo, batch, must, reach] of [
    ["warm-photo", photos.usual, 1, 1, 0.85],
    ["warm-12mp", photos.large, 1, 0.9, 0.7],
    ["batch-8", photos.usual, 8, 1, 0.85],
  ] as const) {
    log(`${name}: ${runs} calls each, in five turns`);
    const warm = await inTurn(5, {
      ours: () => ours(photo, runs, batch),
      tensorflow: () => tensorflow.measure(photo, runs, batch),
    });
    figures.push(
      figure([name, tensorflow.name, must, reach], warmOf(warm.ours) / batch, warmOf(warm.tensorflow) / batch, "ms"),
    );
  }
  log("wasm-warm");
  const wasm = await inTurn(2, {
    ours: () => ours(photos.usual, runs, 1, "webassembly"),
    tensorflow: () => tensorflow.measure(photos.usual, runs, 1),
  });
  figures.push(figure(["wasm-warm", tensorflow.name, 3.2, 2.5], warmOf(wasm.ours), warmOf(wasm.tensorflow), "ms"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
print(figures);

/** The sample photo at 1.9 and at 12 megapixels, as JPEG. */
async function makePhotos(sample: string, into: string): Promise<{ usual: string; large: string }> {
  const make = async (name: string, width: number, height: number): Promise<string> => {
    const file = path.join(into, name);
    await sharp(sample).resize(width, height, { fit: "cover" }).jpeg({ quality: 90 }).toFile(file);
    return file;
  };
  return { usual: await make("usual.jpg", 1387, 1387), large: await make("large.jpg", 4000, 3000) };
}

/** Measures each in turn, A B C A B C: a machine whose speed drifts slows all alike. */
async function inTurn<Name extends string>(
  times: number,
  subjects: Readonly<Record<Name, () => Promise<Measurement>>>,
): Promise<Record<Name, Measurement[]>> {
  const found = Object.fromEntries(Object.keys(subjects).map((name) => [name, []])) as unknown as Record<
    Name,
    Measurement[]
  >;
  for (let round = 0; round < times; round += 1) {
    for (const name of Object.keys(subjects) as Name[]) found[name].push(await subjects[name]());
  }
  return found;
}

function warmOf(measurements: readonly Measurement[]): number {
  return median(measurements.flatMap(({ warm }) => warm));
}

function agree({ label }: Measurement): void {
  if (label !== "Labrador retriever")
    throw new Error(`a peer sees "${label}" in the sample: the weights are not the same`);
}

function print(all: readonly Figure[]): void {
  if (values.json) {
    console.log(JSON.stringify({ figures: all }, null, 2));
    return;
  }
  const table = new Table({
    head: ["figure", "peer", "ours", "theirs", "ratio", "must", "reach"],
    style: { head: [], border: [] },
  });
  for (const { name, peer, ours, theirs, unit, ratio, must, reach } of all) {
    table.push([name, peer, `${ours} ${unit}`, `${theirs} ${unit}`, ratio, must, reach]);
  }
  console.log(table.toString());
  const met = all.filter(({ ratio, must }) => ratio <= must).length;
  console.log(`${met} of ${all.length} within what they must be; medians, 2 cores or more, page cache warm`);
}
