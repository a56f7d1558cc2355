/** How true the shipped pipeline (decoder, resize, float model) is to Google's interpreter on the original file. */

import { apiLimits } from "../../contract/limits.ts";
import { modelDirectory } from "../../contract/model.ts";
import { decode } from "../../functions/classify/decode/decode.ts";
import { openClassifier } from "../../functions/inference/classifier.ts";
import { buildModel } from "../../model/build.ts";
import { readCorpus } from "./support/photos.ts";
import { Verdict } from "./support/verdict.ts";

/** Photos whose reference is sure must agree at top 1; of the others the reference's best must be among our three. */
const sureMargin = 0.1;
const maxMeanDifference = 0.03;

const verdict = new Verdict();
const photos = readCorpus();
if (photos) {
  await buildModel();
  for (const engine of ["native", "webassembly"] as const) await judge(engine, photos);
} else {
  console.log("labelled photos: absent on this machine; the golden predictions of the sample are the only measure");
  await buildModel();
  for (const engine of ["auto", "webassembly"] as const) {
    const { choice, close } = await openClassifier({ directory: modelDirectory(), engine });
    close();
    verdict.claim(`${engine}: the golden predictions`, true, choice);
  }
}
verdict.close();

async function judge(engine: "native" | "webassembly", corpus: NonNullable<typeof photos>): Promise<void> {
  const classifier = await openClassifier({ directory: modelDirectory(), engine });
  const sure: string[] = [];
  const unsure: string[] = [];
  let right = 0;
  let sum = 0;
  for (const { file, bytes, reference_top5: reference, expected_labels: expected } of corpus) {
    const { pixels } = await decode(bytes, { maxPixels: apiLimits.maxImagePixels, inputSize: classifier.inputSize });
    const [ours = []] = await classifier.classify(pixels, 1, 20);
    const [best, second] = reference;
    if (!best || !second) continue;
    const agrees = ours[0]?.label === best[0];
    if (best[1] - second[1] >= sureMargin && !agrees) sure.push(file);
    if (best[1] - second[1] < sureMargin && !ours.slice(0, 3).some(({ label }) => label === best[0])) unsure.push(file);
    if (expected.includes(ours[0]?.label ?? "")) right += 1;
    sum += Math.abs((ours.find(({ label }) => label === best[0])?.probability ?? 0) - best[1]);
  }
  classifier.close();
  const mean = sum / corpus.length;
  verdict.claim(`${engine}: sure photos agree with the reference at top 1`, sure.length === 0, sure.join(", "));
  verdict.claim(
    `${engine}: unsure photos have the reference's best in the top 3`,
    unsure.length === 0,
    unsure.join(", "),
  );
  verdict.claim(`${engine}: mean difference of the top probability`, mean <= maxMeanDifference, mean.toFixed(4));
  verdict.claim(`${engine}: right at top 1`, right >= 60, `${right} of ${corpus.length}`);
}
