import type { IntegerLayer } from "./integer-network.ts";
import type { SymmetricWeights } from "./integer-weights.ts";
import type { Network } from "./layers.ts";
import { type WrittenFile, type WrittenOperator, type WrittenTensor, writeTflite } from "./write-tflite.ts";

/** LiteRT's kernels take signed bytes, in which the lowest value represents 0. */
const lowest = -128;

/**
 * Writes the integer network, without its weights, as a TFLite file. The input is one picture as bytes; the output is
 * the logits as floats.
 */
export function toLitert({ input, output }: Network, layers: readonly IntegerLayer[]): WrittenFile {
  const shapes = new Map<string, readonly number[]>();
  const tensors: WrittenTensor[] = [];
  const operators: WrittenOperator[] = [];
  const value = (name: string, shape: readonly number[], scale: number, zeroPoint = lowest): string => {
    shapes.set(name, shape);
    tensors.push({ name, shape, type: "int8", scales: [scale], zeroPoint });
    return name;
  };
  const pixels = [1, input.size, input.size, input.channels];
  tensors.push({ name: "bytes", shape: pixels, type: "uint8", scales: [1], zeroPoint: 0 });
  operators.push({ op: "QUANTIZE", inputs: ["bytes"], output: value(input.name, pixels, 1) });
  for (const layer of layers) {
    const { source, outputScale } = layer;
    const from = source.inputs.map((name) => shapes.get(name) ?? []);
    const [, height = 0, width = 0, channels = 0] = from[0] ?? [];
    if (layer.kind === "concatenation") {
      const { name, inputs } = layer.source;
      const parts = inputs.map((part, index) => {
        if (!layer.rescaled.has(part)) return part;
        const rescaled = value(`${name}/${part}`, from[index] ?? [], outputScale);
        operators.push({ op: "QUANTIZE", inputs: [part], output: rescaled });
        return rescaled;
      });
      const joined = from.reduce((sum, shape) => sum + (shape[3] ?? 0), 0);
      const options = { kind: "concatenation", axis: 3 } as const;
      operators.push({
        op: "CONCATENATION",
        inputs: parts,
        output: value(name, [1, height, width, joined], outputScale),
        options,
      });
      continue;
    }
    const { name, stride, padding } = layer.source;
    const along = (size: number, step: number, filter: number): number =>
      padding === "SAME" ? Math.ceil(size / step) : Math.floor((size - filter) / step) + 1;
    const filter = layer.kind === "pool" ? layer.source.filter : layer.weights.shape;
    const size = [along(height, stride[0], filter[0]), along(width, stride[1], filter[1])];
    if (layer.kind === "pool") {
      operators.push({
        op: layer.source.kind === "maximum" ? "MAX_POOL_2D" : "AVERAGE_POOL_2D",
        inputs: [layer.source.inputs[0]],
        output: value(name, [1, ...size, channels], outputScale),
        options: { kind: "pool", window: { padding, stride }, filter: layer.source.filter },
      });
      continue;
    }
    const { weights, inputScale } = layer;
    tensors.push(...constants(name, weights, layer.source.bias, inputScale));
    const { zeroPoint } = layer.source.quantised;
    operators.push({
      op: "CONV_2D",
      inputs: [layer.source.inputs[0], `${name}/weights`, `${name}/bias`],
      output: value(name, [1, ...size, weights.shape[3]], outputScale, zeroPoint + lowest),
      options: { kind: "convolution", window: { padding, stride } },
    });
  }
  tensors.push({ name: "logits", shape: shapes.get(output) ?? [], type: "float32", scales: [], zeroPoint: 0 });
  operators.push({ op: "DEQUANTIZE", inputs: [output], output: "logits" });
  return writeTflite({ tensors, operators, inputs: ["bytes"], outputs: ["logits"] });
}

function constants(
  name: string,
  weights: SymmetricWeights,
  bias: Float32Array,
  inputScale: number,
): readonly WrittenTensor[] {
  const [height, width, inputs, outputs] = weights.shape;
  const steps = weights.scales.map((scale) => scale * inputScale);
  const sums = Int32Array.from(bias, (real, output) => Math.round(real / (steps[output] ?? 1)));
  return [
    {
      name: `${name}/weights`,
      shape: [outputs, height, width, inputs],
      type: "int8",
      scales: weights.scales,
      zeroPoint: 0,
      data: new Uint8Array(weights.values.length),
    },
    { name: `${name}/bias`, shape: [outputs], type: "int32", scales: steps, zeroPoint: 0, data: bytesOf(sums) },
  ];
}

const bytesOf = (values: Int32Array): Uint8Array => new Uint8Array(values.buffer);
