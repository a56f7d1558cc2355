import { ModelError } from "./error.ts";
import type { IntegerLayer } from "./tflite/integer-network.ts";
import { extremes, largestPair, largestWeight } from "./tflite/integer-weights.ts";
import type { OperatorKind, TfliteGraph } from "./tflite/tflite.ts";

/** The known structure of the default model. A file with a different structure is not the model that was tested. */
export interface Inventory {
  readonly operators: Readonly<Record<OperatorKind, number>>;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

export const inceptionInventory: Inventory = {
  operators: { CONV_2D: 95, CONCATENATION: 15, AVERAGE_POOL_2D: 10, MAX_POOL_2D: 4, RESHAPE: 1 },
  input: [1, 299, 299, 3],
  output: [1, 1001],
};

/**
 * Compares a graph with its inventory, and the size of every tensor with the tensor's own declaration.
 * @throws ModelError "ModelShapeMismatch" naming the first difference.
 */
export function verifyGraph(graph: TfliteGraph, inventory: Inventory): void {
  const counts: Record<string, number> = {};
  for (const { kind } of graph.operators) counts[kind] = (counts[kind] ?? 0) + 1;
  for (const [kind, expected] of Object.entries(inventory.operators)) {
    expectEqual(`number of ${kind} operators`, counts[kind] ?? 0, expected);
  }
  expectEqual("shape of the input", shapeOf(graph, graph.inputs[0]), String(inventory.input));
  expectEqual("shape of the output", shapeOf(graph, graph.outputs[0]), String(inventory.output));
  const width = { uint8: 1, int32: 4, float32: 4 };
  for (const { name, shape, type, data } of graph.tensors) {
    if (data.length === 0) continue;
    expectEqual(
      `number of bytes of "${name}"`,
      data.length,
      shape.reduce((a, b) => a * b, width[type]),
    );
  }
  for (const { kind, activation, outputs } of graph.operators) {
    expectEqual(`fused activation of ${kind} "${graph.tensors[outputs[0] ?? -1]?.name}"`, activation, 0);
  }
}

/**
 * Verifies that the weights of each channel stay within limits at which no processor saturates, and that every value has
 * a scale. @throws ModelError "ModelShapeMismatch" naming the first layer that violates this
 */
export function verifyIntegers(layers: readonly IntegerLayer[]): void {
  for (const layer of layers) {
    const { name } = layer.source;
    if (!(layer.outputScale > 0))
      throw broken(`The layer "${name}" has the scale ${layer.outputScale}, not one above 0.`);
    if (layer.kind !== "convolution") continue;
    const { values, scales, shape } = layer.weights;
    const { single, pair } = extremes(values, shape);
    if (single > largestWeight || pair > largestPair || !scales.every((scale) => scale > 0)) {
      throw broken(
        `The weights of "${name}" reach ${single} (at most ${largestWeight}) and ${pair} in pairs (at most ${largestPair}).`,
      );
    }
  }
}

const broken = (message: string): ModelError => new ModelError("ModelShapeMismatch", message);

function shapeOf(graph: TfliteGraph, index: number | undefined): string {
  return String(graph.tensors[index ?? -1]?.shape);
}

function expectEqual(what: string, actual: string | number, expected: string | number): void {
  if (actual === expected) return;
  throw new ModelError(
    "ModelShapeMismatch",
    `The ${what} of the model is ${actual}, not ${expected}: this is not the model that the converter was written for.`,
  );
}
