import { statesLimits } from "../limits.ts";
import { type CostInputs, secondsPerImage } from "./cost.ts";
import { measured } from "./measured.ts";

/**
 * Seconds that one execution takes if the image hosts are as fast as its functions: the calls of `classify`, so many at once,
 * or the start of its child executions where that takes longer, and one call each of `map` and `reduce`.
 */
export function runSeconds(
  images: number,
  inputs: Pick<CostInputs, "memory" | "precision" | "batchSize">,
  concurrency: number,
): number {
  const batches = Math.ceil(images / inputs.batchSize);
  const rounds = Math.ceil(batches / concurrency);
  const classify = rounds * inputs.batchSize * secondsPerImage(inputs);
  const starts = batches / statesLimits.startsPerSecond;
  return Math.max(classify, starts) + measured.perCall.map + measured.perCall.reduce;
}
