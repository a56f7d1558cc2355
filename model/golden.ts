import sharp, { type Sharp } from "sharp";
import type { Golden } from "../contract/golden.ts";
import type { Engine } from "../functions/inference/engine.ts";
import { toPixels } from "../functions/inference/preprocess.ts";
import { softmax, topK } from "../functions/inference/probabilities.ts";
import { ModelError } from "./error.ts";

/**
 * The prediction of Google's LiteRT interpreter for the sample photo with the original, quantised file. The probability
 * is between 0.805 and 0.852, depending on the resize kernel. The float conversion rounds less and may differ slightly
 * more.
 */
export const reference = { label: "Labrador retriever", probability: 0.83, tolerance: 0.04 } as const;

/** Maximum difference between the probabilities of two engines with the same float model and pixels. */
const engineTolerance = 0.01;

/**
 * Maximum difference between integer and float probabilities. On 63 photos the largest difference was 0.125 and the
 * mean 0.015. For the golden pictures this limit was chosen, not measured.
 */
const integerTolerance = 0.08;
const kept = 5;

/** The sample photo, a mirrored part of it, and a darker copy: the same dog with different pixel values. */
export async function goldenPictures(photo: Uint8Array, size: number): Promise<readonly Uint8Array[]> {
  const { width, height } = await sharp(photo).metadata();
  const part = { left: width >> 3, top: 0, width: width - (width >> 2), height: height - (height >> 3) };
  const pictures: readonly Sharp[] = [
    sharp(photo),
    sharp(photo).extract(part).flop(),
    sharp(photo).modulate({ brightness: 0.6 }),
  ];
  return Promise.all(pictures.map((picture) => toPixels(picture, size)));
}

/**
 * Computes the golden predictions that ship with the model. The engine's prediction for the first picture is first
 * compared with the reference interpreter's, so that a wrong conversion does not become its own reference.
 * @throws ModelError "GoldenMismatch"
 */
export async function makeGolden(
  engine: Engine,
  pictures: readonly Uint8Array[],
  labels: readonly string[],
  expected: { readonly label: string; readonly probability: number; readonly tolerance: number } = reference,
): Promise<Golden> {
  const tops: Golden["others"] = [];
  for (const pixels of pictures) {
    const ranked = topK(softmax(await engine.infer(pixels, 1)), kept);
    tops.push(ranked.map(({ index, probability }) => ({ index, label: labels[index] ?? "", probability })));
  }
  const [top = [], ...others] = tops;
  const [best] = top;
  if (best?.label !== expected.label || Math.abs(best.probability - expected.probability) > expected.tolerance) {
    throw new ModelError(
      "GoldenMismatch",
      `The converted model calls the sample photo "${best?.label}" (${best?.probability.toFixed(3)}); the reference ` +
        `interpreter says "${expected.label}" (${expected.probability} +- ${expected.tolerance}).`,
    );
  }
  return { tolerance: engineTolerance, integerTolerance, top, others };
}
