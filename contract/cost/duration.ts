import { statesLimits } from "../limits.ts";
import { type CostInputs, callSeconds, secondsPerImage } from "./cost.ts";
import { transitionsOf } from "./transitions.ts";

/**
 * Seconds that one execution takes if the image hosts are as fast as its functions: the calls of `classify`, so many at
 * once, or the start of its child executions if that takes longer, and one call each of `map` and `reduce`.
 */
export function runSeconds(
  images: number,
  inputs: Pick<CostInputs, "memory" | "precision" | "batchSize" | "definition">,
  concurrency: number,
): number {
  const batches = Math.ceil(images / inputs.batchSize);
  const rounds = Math.ceil(batches / concurrency);
  const classify = rounds * inputs.batchSize * secondsPerImage(inputs);
  const { expressChildren } = transitionsOf(inputs.definition, true);
  const starts = batches / (expressChildren ? statesLimits.expressStartsPerSecond : statesLimits.startsPerSecond);
  return Math.max(classify, starts) + callSeconds("map", images, inputs) + callSeconds("reduce", images, inputs);
}
