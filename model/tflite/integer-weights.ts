import type { QuantisedWeights } from "./layers.ts";

/** HWIO weights without a zero point: real = scales[output] * value. */
export interface SymmetricWeights {
  readonly shape: QuantisedWeights["shape"];
  readonly values: Int8Array;
  /** One scale per output channel. */
  readonly scales: Float32Array;
}

/** The largest magnitude of a weight: a signed byte can hold it with either sign. */
export const largestWeight = 127;

/**
 * The largest magnitude of the sum of two neighbouring weights. A processor without VNNI multiplies bytes with
 * `vpmaddubsw`, which adds the products of two neighbouring input channels in 16 bits and saturates: 255 * 128 fits,
 * 255 * 129 does not. Weights within this limit give exact sums on every processor.
 */
export const largestPair = 128;

/**
 * Makes weights symmetric, with one scale per output channel. A channel within both limits keeps its values (17,236 of
 * the 18,217 channels of the default model). Any other channel is rounded to the finest scale that respects the limits.
 */
export function toSymmetric({ shape, bytes, scale, zeroPoint }: QuantisedWeights): SymmetricWeights {
  const outputs = shape[3];
  const shifted = Int16Array.from(bytes, (byte) => byte - zeroPoint);
  const steps = new Float64Array(outputs);
  const { singles, pairs } = extremesOf(shifted, shape);
  singles.forEach((single, output) => {
    const pair = pairs[output] ?? 0;
    const fits = single <= largestWeight && pair <= largestPair;
    // Rounding may add one half to each weight of a pair, so the target for a rescaled pair is one below the limit.
    steps[output] = fits ? 1 : Math.max(single / largestWeight, pair / (largestPair - 1));
  });
  const values = new Int8Array(bytes.length);
  for (let row = 0; row < bytes.length; row += outputs) {
    for (let output = 0; output < outputs; output += 1) {
      values[row + output] = Math.round((shifted[row + output] ?? 0) / (steps[output] ?? 1));
    }
  }
  return { shape, values, scales: Float32Array.from(steps, (step) => step * scale) };
}

/**
 * The largest magnitude of a weight in any channel, and of the sum of an even input channel's weight and the next
 * one's.
 */
export function extremes(
  values: Int8Array | Int16Array,
  shape: QuantisedWeights["shape"],
): { readonly single: number; readonly pair: number } {
  const { singles, pairs } = extremesOf(values, shape);
  return { single: singles.reduce((a, b) => Math.max(a, b), 0), pair: pairs.reduce((a, b) => Math.max(a, b), 0) };
}

/** The same magnitudes, for each output channel. */
function extremesOf(values: Int8Array | Int16Array, [, , inputs, outputs]: QuantisedWeights["shape"]) {
  const singles = new Int32Array(outputs);
  const pairs = new Int32Array(outputs);
  for (let start = 0, channel = 0; start < values.length; start += outputs, channel = (channel + 1) % inputs) {
    const paired = channel % 2 === 0 && channel + 1 < inputs;
    for (let output = 0; output < outputs; output += 1) {
      const weight = values[start + output] ?? 0;
      singles[output] = Math.max(singles[output] ?? 0, Math.abs(weight));
      if (!paired) continue;
      const sum = Math.abs(weight + (values[start + outputs + output] ?? 0));
      pairs[output] = Math.max(pairs[output] ?? 0, sum);
    }
  }
  return { singles, pairs };
}
