/**
 * `npm run bench:processor`: the processor time that an image takes on this machine, by step and form, for
 * contract/cost/processor-seconds.json. Processor time depends less on what else runs than time does.
 */
import { readFileSync } from "node:fs";
import { precisions } from "../contract/cost/precision.ts";
import { apiLimits } from "../contract/limits.ts";
import { decode } from "../functions/classify/decode/decode.ts";
import { openClassifier } from "../functions/inference/classifier.ts";
import { processorClass } from "../functions/inference/processor.ts";
import { readCommand } from "../lib/command.ts";
import { buildModel } from "../model/build.ts";
import { median } from "../test/lanes/support/median.ts";
import { usualPhoto } from "./photos.ts";

readCommand(
  `npm run bench:processor

Prints the processor time per image of decoding and of each form of the model, in batches of eight.
`,
  {},
) ?? process.exit();
const batch = 8;
const rounds = 7;

const { directory, samplePhoto } = await buildModel();
// decode.ts allows no loader of files.
const photo = await usualPhoto(readFileSync(samplePhoto)).toBuffer();
const rules = { maxPixels: apiLimits.maxImagePixels, inputSize: 299 };
const { pixels } = await decode(photo, rules);
const images = Buffer.concat(Array.from({ length: batch }, () => pixels));
const seconds: Record<string, number> = {};
seconds["decode"] = await perImage(async () => {
  for (let each = 0; each < batch; each += 1) await decode(photo, rules);
});
for (const form of precisions) {
  const engine = form === "webassembly" ? "webassembly" : "native";
  const classifier = await openClassifier({ directory, engine, precision: form === "float32" ? form : "int8" });
  seconds[form] = await perImage(() => classifier.classify(images, batch, 5));
  classifier.close();
}
console.log(JSON.stringify({ [processorClass()]: seconds }));

/**
 * Seconds per image of a call for a batch: the median of several calls. The first is not counted, because an engine prepares
 * itself for a batch size.
 */
async function perImage(call: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const began = process.cpuUsage();
    await call();
    const { user, system } = process.cpuUsage(began);
    if (round > 0) taken.push((user + system) / 1e6);
  }
  return Number((median(taken) / batch).toFixed(4));
}
