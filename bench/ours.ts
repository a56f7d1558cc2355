/**
 * Measures the code that ships in the same way as the peers: the code of the function `classify`, from a photo's bytes
 * to its labels.
 * usage: ours MODEL_FOLDER ENGINE PHOTO RUNS BATCH; prints the same lines as peers/python_tensorflow.py, and the phases
 * and the choice.
 */
import "../functions/inference/native/preload.ts";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { apiLimits } from "../contract/limits.ts";
import { type BatchServices, classifyBatch } from "../functions/classify/batch.ts";
import { mostBounds } from "../functions/classify/decoder/bounds.ts";
import { DecoderPool } from "../functions/classify/decoder/pool.ts";
import { type ClassifierOptions, openClassifier } from "../functions/inference/classifier.ts";
import { ownPeakMb } from "../lib/peak-memory.ts";
import { peakMbOfDescendants } from "./peak-memory.ts";

/** Time in milliseconds that Node takes before it loads this project's first module. */
const node = performance.nodeTiming.bootstrapComplete;
const [directory = "", engine = "auto", photo = "", runs = "1", batch = "1"] = process.argv.slice(2);
const imported = performance.now();
const decoders = 2;
const pool = new DecoderPool({ module: fileURLToPath(new URL("./decoder.mjs", import.meta.url)), size: decoders });
const classifier = await openClassifier({
  directory,
  engine: engine as ClassifierOptions["engine"],
});
await pool.ready;
const opened = performance.now();

const rules = { maxPixels: apiLimits.maxImagePixels, inputSize: classifier.inputSize };
const services: BatchServices = {
  classifier,
  decoders,
  decoding: () => pool.decoding,
  prepare: (image, { signal }) => pool.decode(readFileSync(image), { ...rules, signal }),
  remaining: () => 60_000,
};

async function run(count: number): Promise<string> {
  const Items = Array.from({ length: count }, (_, index) => ({ index, image: photo, duplicates: [] }));
  const { results } = await classifyBatch({ BatchInput: { executionId: "bench", topK: 5 }, Items }, services);
  const [first] = results;
  return first && "predictions" in first ? (first.predictions[0]?.label ?? "") : "";
}

const label = await run(1);
const first = performance.now();
console.log(JSON.stringify({ label, ms: first }));
const warm = await timed(() => run(Number(batch)));
const signal = AbortSignal.timeout(600_000);
const { pixels } = await services.prepare(photo, { signal, bounds: () => mostBounds, remaining: () => 600_000 });
const infer = await timed(() => classifier.classify(pixels, 1, 5));
console.log(JSON.stringify({ infer }));
console.log(JSON.stringify({ warm }));
/** The memory of the decoders is included. */
const peakMb = ownPeakMb() + peakMbOfDescendants(process.pid);
console.log(JSON.stringify({ peakMb }));
console.log(
  JSON.stringify({
    phases: { node, modules: imported - node, ...classifier.phases, "first photo": first - opened },
    choice: classifier.choice,
  }),
);
await pool.close();
process.exit(0);

/** The first call is not counted, because the engine prepares itself for a new batch size. */
async function timed(call: () => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let attempt = 0; attempt <= Number(runs); attempt += 1) {
    const began = performance.now();
    await call();
    if (attempt > 0) taken.push(performance.now() - began);
  }
  return taken;
}
