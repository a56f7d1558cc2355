import type { IntegerLayer } from "../tflite/integer-network.ts";

/**
 * Sorts layers by the work from each to the end of the network, most first. TensorFlow starts branches that are ready at
 * the same time in the order of the file; a long branch that starts last would run alone. In the given order inputs come
 * before the layers that use them, and in the result too.
 */
export function longestFirst(layers: readonly IntegerLayer[]): readonly IntegerLayer[] {
  const ahead = new Map<string, number>();
  for (const layer of layers.toReversed()) {
    const { name, inputs } = layer.source;
    const work = (ahead.get(name) ?? 0) + multiplications(layer);
    ahead.set(name, work);
    for (const input of inputs) ahead.set(input, Math.max(ahead.get(input) ?? 0, work));
  }
  const workOf = ({ source }: IntegerLayer): number => ahead.get(source.name) ?? 0;
  return layers.toSorted((a, b) => workOf(b) - workOf(a));
}

/** Multiplications per output pixel: an estimate of work, because a convolution with a stride has fewer pixels. */
function multiplications(layer: IntegerLayer): number {
  return layer.kind === "convolution" ? layer.weights.shape.reduce((a, b) => a * b) : 1;
}
