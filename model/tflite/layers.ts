import { ModelError } from "../error.ts";
import type { Operator, Tensor, TfliteGraph } from "./tflite.ts";

/** A network in the representation that both output formats share: float arithmetic, HWIO weights, named values. */
export interface Network {
  readonly input: { readonly name: string; readonly size: number; readonly channels: number };
  readonly layers: readonly Layer[];
  /** The layer whose output is the logits, with shape [N, 1, 1, classes]. */
  readonly output: string;
  readonly classes: number;
}

/** How the source file stores a value in 8 bits: real = scale * (stored - zeroPoint). */
export interface Quantisation {
  readonly scale: number;
  readonly zeroPoint: number;
}

interface Window {
  readonly padding: "SAME" | "VALID";
  readonly stride: readonly [number, number];
}
export interface Convolution extends Window {
  readonly kind: "convolution";
  readonly name: string;
  readonly quantised: Quantisation;
  readonly inputs: readonly [string];
  readonly dilation: readonly [number, number];
  readonly weights: QuantisedWeights;
  readonly bias: Float32Array;
  readonly relu: boolean;
}
export interface Pool extends Window {
  readonly kind: "maximum" | "average";
  readonly name: string;
  readonly quantised: Quantisation;
  readonly inputs: readonly [string];
  readonly filter: readonly [number, number];
}
export interface Concatenation {
  readonly kind: "concatenation";
  readonly name: string;
  readonly quantised: Quantisation;
  readonly inputs: readonly string[];
}
export type Layer = Convolution | Pool | Concatenation;

/** Bytes in HWIO order; real = scale * (byte - zeroPoint). */
export interface QuantisedWeights {
  readonly shape: readonly [height: number, width: number, input: number, output: number];
  readonly bytes: Uint8Array;
  readonly scale: number;
  readonly zeroPoint: number;
}

const inputName = "pixels";

/**
 * Reads the float network from a quantised graph. The input is pixels from 0 to 255: the scaling to -1..1 is folded
 * into the first convolution, which is exact because that convolution has no padding.
 * @throws ModelError "ModelNotUnderstood"
 */
export function readNetwork(graph: TfliteGraph): Network {
  const tensorAt = (index: number | undefined): Tensor => {
    const tensor = graph.tensors[index ?? -1];
    if (!tensor) throw new ModelError("ModelNotUnderstood", `The model refers to tensor ${index}, which it lacks.`);
    return tensor;
  };
  const input = tensorAt(graph.inputs[0]);
  const nameOf = (index: number | undefined): string => {
    const { name } = tensorAt(index);
    return name === input.name ? inputName : name.replace(/^InceptionV3\/(InceptionV3\/)?/, "");
  };
  const layers: Layer[] = [];
  for (const operator of graph.operators) {
    const layer = readLayer(operator, tensorAt, nameOf);
    if (layer) layers.push(layer);
  }
  const [first] = layers;
  if (first?.kind !== "convolution" || first.inputs[0] !== inputName || first.padding !== "VALID") {
    throw new ModelError("ModelNotUnderstood", "The model does not begin with a convolution without padding.");
  }
  layers[0] = foldInput(first, input);
  const last = layers.at(-1);
  return {
    input: { name: inputName, size: input.shape[1] ?? 0, channels: input.shape[3] ?? 0 },
    layers,
    output: last?.name ?? "",
    classes: tensorAt(graph.outputs[0]).shape[1] ?? 0,
  };
}

function readLayer(
  operator: Operator,
  tensorAt: (index: number | undefined) => Tensor,
  nameOf: (index: number | undefined) => string,
): Layer | undefined {
  const { kind, padding, stride, dilation, filter, axis } = operator;
  const [from, weights, bias] = operator.inputs;
  const output = tensorAt(operator.outputs[0]);
  const quantised = { scale: output.scale, zeroPoint: output.zeroPoint };
  const name = nameOf(operator.outputs[0]);
  const inputs: readonly [string] = [nameOf(from)];
  switch (kind) {
    case "RESHAPE":
      return undefined;
    case "CONCATENATION":
      if (axis !== 3) throw new ModelError("ModelNotUnderstood", `"${name}" joins along axis ${axis}, not 3.`);
      return { kind: "concatenation", name, quantised, inputs: operator.inputs.map(nameOf) };
    case "AVERAGE_POOL_2D":
      return { kind: "average", name, quantised, inputs, padding, stride, filter };
    case "MAX_POOL_2D":
      return { kind: "maximum", name, quantised, inputs, padding, stride, filter };
    case "CONV_2D":
      return {
        kind: "convolution",
        name,
        quantised,
        inputs,
        padding,
        stride,
        dilation,
        weights: toHwio(tensorAt(weights)),
        bias: toFloat(tensorAt(bias)),
        // The file does not record an activation. The output range of a ReLU starts at 0, so its zero point is 0.
        relu: output.zeroPoint === 0,
      };
  }
}

/** TFLite stores weights in OHWI order; TensorFlow expects HWIO. */
export function toHwio({ shape, data, scale, zeroPoint }: Tensor): QuantisedWeights {
  const [outputs = 0, height = 0, width = 0, inputs = 0] = shape;
  const bytes = new Uint8Array(data.length);
  const rows = height * width * inputs;
  for (let output = 0; output < outputs; output++) {
    for (let row = 0; row < rows; row++) bytes[row * outputs + output] = data[output * rows + row] ?? 0;
  }
  return { shape: [height, width, inputs, outputs], bytes, scale, zeroPoint };
}

function toFloat({ data, scale }: Tensor): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: data.length / 4 }, (_, index) => view.getInt32(index * 4, true) * scale);
}

/** sum(w * s * (p - z)) + b = sum(w * s * p) + (b - s * z * sum(w)). */
function foldInput(layer: Convolution, { scale, zeroPoint }: Tensor): Convolution {
  const { bytes, shape, ...weights } = layer.weights;
  const sums = new Float64Array(shape[3]);
  bytes.forEach((byte, index) => {
    const output = index % shape[3];
    sums[output] = (sums[output] ?? 0) + weights.scale * (byte - weights.zeroPoint);
  });
  return {
    ...layer,
    weights: { ...layer.weights, scale: weights.scale * scale },
    bias: layer.bias.map((value, output) => value - scale * zeroPoint * (sums[output] ?? 0)),
  };
}
