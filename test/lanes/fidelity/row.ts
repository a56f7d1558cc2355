/**
 * Computes one row of the lane, in a separate process because oneDNN reads its limit only once. Classifies the labelled
 * photos with the pipeline that ships (decoder, resize, model), and prints the comparison with Google's interpreter on
 * the original file.
 * usage: row ENGINE PRECISION
 */
import { apiLimits } from "../../../contract/limits.ts";
import { modelDirectory } from "../../../contract/model.ts";
import { decode } from "../../../functions/classify/decode/decode.ts";
import { openClassifier } from "../../../functions/inference/classifier.ts";
import type { EngineName, Precision } from "../../../functions/inference/engine.ts";
import { readCorpus } from "../support/photos.ts";

/**
 * If the reference is certain of a photo, the top label must be the same. Otherwise the reference's top label must be
 * among the first three.
 */
const sureMargin = 0.1;

const [engine, precision] = process.argv.slice(2) as [EngineName, Precision];
const classifier = await openClassifier({ directory: modelDirectory(), engine, precision });
const disagreements: { readonly file: string; readonly margin: number; readonly allowed: boolean }[] = [];
let right = 0;
let sum = 0;
let largest = 0;
const corpus = readCorpus() ?? [];
for (const { file, bytes, reference_top5: reference, expected_labels: expected } of corpus) {
  const { pixels } = await decode(bytes, { maxPixels: apiLimits.maxImagePixels, inputSize: classifier.inputSize });
  const [ours = []] = await classifier.classify(pixels, 1, 20);
  const [best, second] = reference;
  if (!best || !second) continue;
  const margin = best[1] - second[1];
  if (ours[0]?.label !== best[0]) {
    const near = ours.slice(0, 3).some(({ label }) => label === best[0]);
    disagreements.push({ file, margin, allowed: margin < sureMargin && near });
  }
  if (expected.includes(ours[0]?.label ?? "")) right += 1;
  const difference = Math.abs((ours.find(({ label }) => label === best[0])?.probability ?? 0) - best[1]);
  sum += difference;
  largest = Math.max(largest, difference);
}
classifier.close();
console.log(
  JSON.stringify({
    choice: classifier.choice,
    processor: classifier.processor,
    photos: corpus.length,
    disagreements,
    mean: sum / Math.max(1, corpus.length),
    largest,
    right,
  }),
);
