import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Table from "cli-table3";
import { EngineUnavailable } from "../functions/inference/engine.ts";
import { loadAddon } from "../functions/inference/native/addon.ts";
import { processorClass, runnableClasses, vectorFlags } from "../functions/inference/processor.ts";
import { bundleModules } from "../image/bundle.ts";
import { readCommand } from "../lib/command.ts";
import { buildModel } from "../model/build.ts";
import { median } from "../test/lanes/support/median.ts";
import { aimsOf, type Figure, figure, verdict, wasmAim } from "./figures.ts";
import { inTurn, type Measurement, measure, medianOf, medianPer } from "./measure.ts";
import { type Peers, preparePeers } from "./peers.ts";
import { makePhotos, type Photos } from "./photos.ts";

const values =
  readCommand(
    `npm run bench -- [options]

Prints ratios against Python TensorFlow, onnxruntime and LiteRT, measured in this run.

  --quick   Fewer rounds
  --json    Figures as JSON instead of a table
  --help    This text
`,
    { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
  ) ?? process.exit();
try {
  loadAddon();
} catch (error) {
  if (!(error instanceof EngineUnavailable)) throw error;
  console.error('The bench measures native TensorFlow, which is missing: run "npm run setup:native" first.');
  process.exit(1);
}
const rounds = values.quick ? 3 : 7;
const turns = values.quick ? 3 : 5;
const runs = 20;
const root = path.resolve(import.meta.dirname, "..");
const processor = processorClass();
const log = (line: string): void => console.error(`bench: ${line}`);

const model = await buildModel();
const peers = await preparePeers(model, log);
// Inside the checkout, so that the bundle finds the packages that are not bundled.
mkdirSync(path.join(root, ".build"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".build/bench-"));
try {
  const [bundle, decoder] = await bundleModules(root, ["bench/ours", "functions/classify/decode/main"]);
  if (!bundle || !decoder) throw new Error("the bundle is empty");
  const program = path.join(folder, "ours.mjs");
  writeFileSync(program, bundle.contents);
  writeFileSync(path.join(folder, "decoder.mjs"), decoder.contents);
  const ours = (photo: string, batch = 1, environment: NodeJS.ProcessEnv = {}, engine = "native", count = runs) =>
    measure(process.execPath, [program, model.directory, engine, photo, String(count), String(batch)], {
      ...environment,
      INFERENCE_ENGINE: engine,
    });
  print(await compare(ours, peers, await makePhotos(model.samplePhoto, folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Ours = (
  photo: string,
  batch?: number,
  environment?: NodeJS.ProcessEnv,
  engine?: string,
  count?: number,
) => Promise<Measurement>;

async function compare(ours: Ours, { tensorflow, onnx, onnxIntegers, litertIntegers }: Peers, photos: Photos) {
  const figures: Figure[] = [];
  const add = (...given: Parameters<typeof figure>): void => void figures.push(figure(...given));
  log("one call of each first, so that all read from a warm page cache");
  const first = await ours(photos.usual, 1, {}, "native", 1);
  agree(first);
  for (const peer of [tensorflow, onnx, onnxIntegers, litertIntegers]) agree(await peer.measure(photos.usual, 1, 1));
  log(first.choice ?? "");

  log(`cold start and memory: ${rounds} rounds, each peer in turn`);
  const cold = await inTurn(rounds, {
    ours: () => ours(photos.usual, 1, {}, "native", 3),
    tensorflow: () => tensorflow.measure(photos.usual, 3, 1),
    onnx: () => onnx.measure(photos.usual, 3, 1),
  });
  log(`our cold start by phase, ms: ${phasesOf(cold.ours)}`);
  const coldOf = (name: keyof typeof cold): number => medianPer(cold[name], "cold");
  add(
    { name: "cold-start", peer: tensorflow.name, aim: { must: 0.13, reach: 0.1 } },
    coldOf("ours"),
    coldOf("tensorflow"),
  );
  add({ name: "cold-start", peer: onnx.name, aim: { must: 0.95, reach: 0.8 } }, coldOf("ours"), coldOf("onnx"));
  const peak = (all: readonly Measurement[]): number => medianPer(all, "peakMb");
  const memory = { name: "peak-memory", peer: tensorflow.name, unit: "MB" } as const;
  add(
    { name: memory.name, peer: memory.peer, unit: memory.unit, aim: { must: 0.42, reach: 0.36 } },
    peak(cold.ours),
    peak(cold.tensorflow),
  );

  const aims = aimsOf(processor);
  const integerPeer = { must: 1, reach: 0.75 };
  log(`warm-photo and infer-only: ${turns} turns of ${runs} calls`);
  const usual = await inTurn(turns, {
    ours: () => ours(photos.usual),
    tensorflow: () => tensorflow.measure(photos.usual, runs, 1),
    onnxIntegers: () => onnxIntegers.measure(photos.usual, runs, 1),
    litertIntegers: () => litertIntegers.measure(photos.usual, runs, 1),
  });
  for (const [name, pick, aim] of [
    ["warm-photo", "warm", aims.warmPhoto],
    ["infer-only", "infer", aims.inferOnly],
  ] as const) {
    const own = medianOf(usual.ours, pick);
    add({ name, peer: tensorflow.name, aim }, own, medianOf(usual.tensorflow, pick));
    add({ name, peer: onnxIntegers.name, aim: integerPeer }, own, medianOf(usual.onnxIntegers, pick));
    add({ name, peer: litertIntegers.name, aim: integerPeer }, own, medianOf(usual.litertIntegers, pick));
  }

  log(`warm-12mp and batch-8: ${turns} turns`);
  const large = await inTurn(turns, {
    ours: () => ours(photos.large),
    tensorflow: () => tensorflow.measure(photos.large, runs, 1),
  });
  add(
    { name: "warm-12mp", peer: tensorflow.name, aim: aims.warm12mp },
    medianOf(large.ours, "warm"),
    medianOf(large.tensorflow, "warm"),
  );
  const eight = await inTurn(turns, {
    ours: () => ours(photos.usual, 8),
    tensorflow: () => tensorflow.measure(photos.usual, runs, 8),
  });
  add(
    { name: "batch-8", peer: tensorflow.name, aim: aims.batch8 },
    medianOf(eight.ours, "warm") / 8,
    medianOf(eight.tensorflow, "warm") / 8,
  );
  add({ name: "peak-memory-batch-8", peer: memory.peer, unit: memory.unit }, peak(eight.ours), peak(eight.tensorflow));

  const lower = runnableClasses().find(({ name }) => name === "avx2")?.limit;
  if (processor !== "avx2" && lower !== undefined) {
    log("the same as a processor with AVX2 alone, on both sides");
    const environment = { ONEDNN_MAX_CPU_ISA: lower };
    const limited = await inTurn(turns, {
      ours: () => ours(photos.usual, 1, environment),
      tensorflow: () => tensorflow.measure(photos.usual, runs, 1, environment),
    });
    const { warmPhoto, inferOnly } = aimsOf("avx2");
    add(
      { name: "warm-photo-avx2", peer: tensorflow.name, aim: warmPhoto },
      medianOf(limited.ours, "warm"),
      medianOf(limited.tensorflow, "warm"),
    );
    add(
      { name: "infer-only-avx2", peer: tensorflow.name, aim: inferOnly },
      medianOf(limited.ours, "infer"),
      medianOf(limited.tensorflow, "infer"),
    );
  }

  log("wasm-warm");
  const wasm = await inTurn(2, {
    ours: () => ours(photos.usual, 1, {}, "webassembly"),
    tensorflow: () => tensorflow.measure(photos.usual, runs, 1),
  });
  add(
    { name: "wasm-warm", peer: tensorflow.name, aim: wasmAim(vectorFlags()) },
    medianOf(wasm.ours, "warm"),
    medianOf(wasm.tensorflow, "warm"),
  );
  return figures;
}

function phasesOf(all: readonly Measurement[]): string {
  return Object.keys(all[0]?.phases ?? {})
    .map((phase) => `${phase} ${median(all.map((one) => one.phases?.[phase] ?? 0)).toFixed(0)}`)
    .join(", ");
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
  const head = ["figure", "peer", "ours", "theirs", "ratio", "must", "reach"];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, peer, ours, theirs, unit, ratio, aim } of all) {
    const must = aim?.elsewhere ? `${aim.must} (${aim.elsewhere})` : aim?.must;
    table.push([name, peer, `${ours} ${unit}`, `${theirs} ${unit}`, ratio, must ?? "", aim?.reach ?? ""]);
  }
  console.log(table.toString());
  console.log(verdict(all, processor));
}
