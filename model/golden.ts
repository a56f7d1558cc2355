import type { Golden } from "../contract/golden.ts";
import type { Engine } from "../functions/inference/engine.ts";
import { softmax, topK } from "../functions/inference/probabilities.ts";
import { ModelError } from "./error.ts";

/**
 * What Google's LiteRT interpreter says of the original, quantised file for the sample photo: between 0.805 and 0.852,
 * by the resize kernel. The float conversion rounds less and may differ a little more.
 */
export const reference = { label: "Labrador retriever", probability: 0.83, tolerance: 0.04 } as const;

/** How much two engines may differ on the same float model and pixels. */
const engineTolerance = 0.01;
const kept = 5;

/**
 * Makes the golden predictions that ship with the model from the engine's answer, after holding that answer against
 * the reference interpreter's: a wrong conversion must not become its own measure.
 * @throws ModelError "GoldenMismatch"
 */
export async function makeGolden(
  engine: Engine,
  pixels: Uint8Array,
  labels: readonly string[],
  expected: { readonly label: string; readonly probability: number; readonly tolerance: number } = reference,
): Promise<Golden> {
  const ranked = topK(softmax(await engine.infer(pixels, 1)), kept);
  const top = ranked.map(({ index, probability }) => ({ index, label: labels[index] ?? "", probability }));
  const [best] = top;
  if (best?.label !== expected.label || Math.abs(best.probability - expected.probability) > expected.tolerance) {
    throw new ModelError(
      "GoldenMismatch",
      `The converted model calls the sample photo "${best?.label}" (${best?.probability.toFixed(3)}); the reference ` +
        `interpreter says "${expected.label}" (${expected.probability} +- ${expected.tolerance}).`,
    );
  }
  return { tolerance: engineTolerance, top };
}
