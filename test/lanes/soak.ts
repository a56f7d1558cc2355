/**
 * `npm run bench:soak [-- --count N --engine native|webassembly]`: classifies one photo, from its bytes, repeatedly in
 * one process. Afterwards there must be as many tensors as before, and memory must stay within 5 % after the warm-up.
 */
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { apiLimits } from "../../contract/limits.ts";
import { decode } from "../../functions/classify/decode/decode.ts";
import { openClassifier } from "../../functions/inference/classifier.ts";
import { loadAddon } from "../../functions/inference/native/addon.ts";
import { readCommand } from "../../lib/command.ts";
import { buildModel } from "../../model/build.ts";
import { median } from "./support/median.ts";

const values =
  readCommand(
    `npm run bench:soak -- [options]

Classifies one photo again and again: fails when tensors are left behind, or when memory grows by more than 5 %.

  --count N       Classifications (default 10000)
  --engine NAME   native or webassembly (default native)
  --help          This text
`,
    { count: { type: "string", default: "10000" }, engine: { type: "string", default: "native" } },
  ) ?? process.exit();
const count = Number(values.count);
const engine = values.engine === "webassembly" ? "webassembly" : "native";
const allowedGrowth = 1.05;

const { directory, samplePhoto } = await buildModel();
const classifier = await openClassifier({ directory, engine });
const bytes = readFileSync(samplePhoto);
const began = performance.now();
const before = await liveTensors();
const samples: number[] = [];
for (let number = 1; number <= count; number++) {
  const { pixels } = await decode(bytes, { maxPixels: apiLimits.maxImagePixels, inputSize: classifier.inputSize });
  await classifier.classify(pixels, 1, 5);
  if (number % Math.ceil(count / 20) === 0) {
    collectGarbage();
    samples.push(process.memoryUsage.rss() / 1e6);
    console.log(`${number}: ${samples.at(-1)?.toFixed(0)} MB`);
  }
}
const after = await liveTensors();
// The first quarter is the warm-up, in which the heap, the thread pools and the allocator reach their final size.
const settled = samples.slice(Math.floor(samples.length / 4));
// Memory drops for a while when the system reclaims pages, so the medians of the first and the last third are compared.
// Their centres are only a part of the time apart, from which the growth over the whole time is extrapolated.
const third = Math.ceil(settled.length / 3);
const shareBetween = Math.max(1, settled.length - third) / Math.max(1, settled.length - 1);
const growth = 1 + (median(settled.slice(-third)) / median(settled.slice(0, third)) - 1) / shareBetween;
claim(`${engine}: as many tensors after ${count} classifications as before`, after === before, `${before}, ${after}`);
claim(`${engine}: memory within 5 % after warm-up`, growth < allowedGrowth, `${((growth - 1) * 100).toFixed(1)} %`);
console.log(`${((performance.now() - began) / count).toFixed(1)} ms per photo`);

/** Prints a claim. If it does not hold, the program fails. */
function claim(title: string, holds: boolean, detail: string): void {
  console.log(`${holds ? "ok    " : "FAILED"} ${title}: ${detail}`);
  if (!holds) process.exitCode = 1;
}

/** Without this, uncollected garbage (about 20 MB) would look like growth. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

async function liveTensors(): Promise<number> {
  if (engine === "native") return loadAddon().addon.getNumOfTensors();
  return (await import("@tensorflow/tfjs-core")).memory().numTensors;
}
