import type { IntegerLayer } from "../tflite/integer-network.ts";

/**
 * Sorts layers by the work from each to the end of the network, most first. No layer comes before its inputs, because they
 * have more work ahead of them. Of the branches that can start at the same time, TensorFlow starts them in the order of
 * the file, so the longest no longer starts last and runs alone.
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

/** Per pixel. At least one, so that a layer has less work ahead than its inputs. */
function multiplications(layer: IntegerLayer): number {
  return layer.kind === "convolution" ? layer.weights.shape.reduce((a, b) => a * b) : 1;
}
