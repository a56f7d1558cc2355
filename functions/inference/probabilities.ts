import type { ModelFolder } from "./description.ts";
import { EngineUnavailable } from "./engine.ts";

/** A class with its probability. */
export interface Ranked {
  readonly index: number;
  readonly probability: number;
}

/** Softmax in double precision, shifted by the largest logit so that nothing overflows. */
export function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // Copies, then modifies in place: `from` with a function is slow, because it uses an iterator.
  const powers = new Float64Array(logits);
  let sum = 0;
  powers.forEach((logit, index) => {
    const power = Math.exp(logit - largest);
    powers[index] = power;
    sum += power;
  });
  return powers.map((power) => power / sum);
}

/** The `count` most probable classes, best first; ties in the order of the model. */
export function topK(probabilities: Float64Array, count: number): readonly Ranked[] {
  const best: Ranked[] = [];
  probabilities.forEach((probability, index) => {
    const last = best[count - 1];
    if (last && probability <= last.probability) return;
    const position = best.findIndex((other) => other.probability < probability);
    best.splice(position === -1 ? best.length : position, 0, { index, probability });
    best.length = Math.min(best.length, count);
  });
  return best;
}

/** Converts a model's output to probabilities per image. @throws EngineUnavailable "wrong labels" if the counts differ */
export function probabilitiesOf(
  output: Float32Array,
  count: number,
  folder: Pick<ModelFolder, "description" | "labels">,
): readonly Float64Array[] {
  const classes = output.length / count;
  if (classes !== folder.labels.length) {
    throw new EngineUnavailable(
      "wrong labels",
      `The model returns ${classes} values per image, but there are ${folder.labels.length} labels.`,
    );
  }
  return Array.from({ length: count }, (_, image) => {
    const values = output.subarray(image * classes, (image + 1) * classes);
    return folder.description.output === "logits" ? softmax(values) : Float64Array.from(values);
  });
}
