import type { NativeSignature } from "../../functions/inference/native/signature.ts";
import type { IntegerConcatenation, IntegerConvolution, IntegerLayer, IntegerPool } from "../tflite/integer-network.ts";
import type { Network } from "../tflite/layers.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";
import { kernelAttributes, kernelOperation } from "./integer-kernels.ts";
import { longestFirst } from "./longest-first.ts";

/**
 * Largest values of an unsigned and of a signed byte. TensorFlow derives a scale from the range of real values that
 * these bytes represent.
 */
const unsignedRange = 255;
const signedRange = 127;

/**
 * TensorFlow uses a slice of a tensor in place, without a copy, only if its offset is a multiple of this number of
 * bytes.
 */
const alignment = 64;

export interface IntegerGraphFiles {
  readonly nodes: readonly GraphNode[];
  readonly signature: NativeSignature;
  /** Signed bytes in HWIO order, with each layer at its offset. */
  readonly weights: Uint8Array;
}

/**
 * Writes a network for TensorFlow's integer kernels, with the weights as inputs. The input is a batch of any size as
 * bytes; the output is the logits as floats.
 */
export function toIntegerGraph(network: Network, layers: readonly IntegerLayer[]): IntegerGraphFiles {
  const { input, output, classes } = network;
  const graph = new IntegerGraph();
  const shape = attribute.shape([-1, input.size, input.size, input.channels]);
  graph.add(input.name, "Placeholder", [], { dtype: attribute.uint8, shape });
  graph.add(`${input.name}/bytes`, "Bitcast", [input.name], { T: attribute.uint8, type: attribute.quint8 });
  const nameOf = (name: string): string => (name === input.name ? `${name}/bytes` : name);
  for (const layer of longestFirst(layers)) graph.layer(layer, nameOf, layer.source.name === output);
  graph.constant("logits/shape", Int32Array.of(-1, classes), "DT_INT32", [2]);
  graph.add("logits", "Reshape", [`${output}/real`, "logits/shape"], { T: attribute.float, Tshape: attribute.int32 });
  const { mapped, weights } = placed(layers);
  return {
    nodes: graph.nodes,
    signature: { pixels: input.name, weights: [], mapped, output: "logits", optimised: true },
    weights,
  };
}

const weightsOf = (layer: string): string => `${layer}/weights`;

/** The weights of all layers in one array, and the offset of each layer. */
function placed(layers: readonly IntegerLayer[]): {
  readonly mapped: NativeSignature["mapped"];
  readonly weights: Uint8Array;
} {
  const mapped: NativeSignature["mapped"] = [];
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const layer of layers) {
    if (layer.kind !== "convolution") continue;
    const { values, shape } = layer.weights;
    mapped.push({ op: weightsOf(layer.source.name), offset, shape: [...shape] });
    const padding = -values.length & (alignment - 1);
    chunks.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), new Uint8Array(padding));
    offset += values.length + padding;
  }
  return { mapped, weights: Buffer.concat(chunks) };
}

class IntegerGraph {
  readonly nodes: GraphNode[] = [];
  readonly #scalars = new Set<string>();

  layer(layer: IntegerLayer, nameOf: (name: string) => string, last: boolean): void {
    if (layer.kind === "pool") this.#pool(layer, nameOf);
    else if (layer.kind === "concatenation") this.#concatenation(layer);
    else if (last) this.#logits(layer, nameOf);
    else this.#convolution(layer, nameOf);
  }

  add(name: string, op: string, input: readonly string[], attr: NonNullable<GraphNode["attr"]>): void {
    this.nodes.push({ name, op, input, attr });
  }

  constant(name: string, values: Float32Array | Int32Array, dtype: string, shape: readonly number[]): string {
    const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.add(name, "Const", [], {
      dtype: { type: dtype },
      value: { tensor: { dtype, tensorShape: shapeOf(shape), content } },
    });
    return name;
  }

  /** A float constant. Nodes that need the same value share it. */
  #scalar(value: number): string {
    const name = `range/${String(Math.fround(value)).replace("-", "minus_").replaceAll("+", "")}`;
    if (!this.#scalars.has(name)) this.constant(name, Float32Array.of(value), "DT_FLOAT", []);
    this.#scalars.add(name);
    return name;
  }

  #unsigned(scale: number): readonly [minimum: string, maximum: string] {
    return [this.#scalar(0), this.#scalar(scale * unsignedRange)];
  }

  #operands({ source, weights, inputScale }: IntegerConvolution, nameOf: (name: string) => string): readonly string[] {
    const { name, bias, inputs } = source;
    const limits = weights.scales.map((scale) => scale * signedRange);
    const shape = attribute.shape(weights.shape);
    this.add(weightsOf(name), "Placeholder", [], { dtype: attribute.qint8, shape });
    return [
      nameOf(inputs[0]),
      weightsOf(name),
      this.constant(`${name}/bias`, bias, "DT_FLOAT", [bias.length]),
      ...this.#unsigned(inputScale),
      this.constant(
        `${name}/minimum`,
        limits.map((limit) => -limit),
        "DT_FLOAT",
        [limits.length],
      ),
      this.constant(`${name}/maximum`, limits, "DT_FLOAT", [limits.length]),
    ];
  }

  #convolution(layer: IntegerConvolution, nameOf: (name: string) => string): void {
    const operands = this.#operands(layer, nameOf);
    const op = `QuantizedConv2DWithBias${layer.source.relu ? "AndRelu" : ""}AndRequantize` as const;
    this.add(layer.source.name, kernelOperation(op), [...operands, ...this.#unsigned(layer.outputScale)], {
      ...kernelAttributes,
      Tinput: attribute.quint8,
      Tfilter: attribute.qint8,
      Tbias: attribute.float,
      out_type: attribute.quint8,
      strides: attribute.integers([1, ...layer.source.stride, 1]),
      padding: attribute.string(layer.source.padding),
      dilations: attribute.integers([1, ...layer.source.dilation, 1]),
    });
  }

  /** The logits stay 32-bit sums, because no later layer needs them as bytes. */
  #logits(layer: IntegerConvolution, nameOf: (name: string) => string): void {
    const { name } = layer.source;
    this.add(`${name}/sums`, kernelOperation("QuantizedConv2DWithBias"), this.#operands(layer, nameOf), {
      ...kernelAttributes,
      Tinput: attribute.quint8,
      Tfilter: attribute.qint8,
      out_type: attribute.qint32,
      strides: attribute.integers([1, ...layer.source.stride, 1]),
      padding: attribute.string(layer.source.padding),
      dilations: attribute.integers([1, ...layer.source.dilation, 1]),
    });
    // TensorFlow converts the sums of all channels to the step of the channel with the largest scale.
    const step = layer.weights.scales.reduce((a, b) => Math.max(a, b)) * layer.inputScale;
    this.add(`${name}/integers`, "Bitcast", [`${name}/sums`], { T: attribute.qint32, type: attribute.int32 });
    this.add(`${name}/floats`, "Cast", [`${name}/integers`], { SrcT: attribute.int32, DstT: attribute.float });
    this.add(`${name}/real`, "Mul", [`${name}/floats`, this.#scalar(step)], { T: attribute.float });
  }

  #pool({ source, outputScale }: IntegerPool, nameOf: (name: string) => string): void {
    const op = source.kind === "maximum" ? "QuantizedMaxPool" : "QuantizedAvgPool";
    this.add(source.name, op, [nameOf(source.inputs[0]), ...this.#unsigned(outputScale)], {
      T: attribute.quint8,
      ksize: attribute.integers([1, ...source.filter, 1]),
      strides: attribute.integers([1, ...source.stride, 1]),
      padding: attribute.string(source.padding),
    });
  }

  /** TensorFlow concatenates plain bytes. That is correct because all parts have the scale of the result. */
  #concatenation({ source, rescaled, outputScale }: IntegerConcatenation): void {
    const { name, inputs } = source;
    const parts = inputs.map((input) => {
      const scale = rescaled.get(input);
      const part = scale === undefined ? input : this.#rescaled(input, scale, outputScale);
      this.add(`${name}/${input}`, "Bitcast", [part], { T: attribute.quint8, type: attribute.uint8 });
      return `${name}/${input}`;
    });
    const axis = this.constant(`${name}/axis`, Int32Array.of(3), "DT_INT32", []);
    this.add(`${name}/bytes`, "ConcatV2", [...parts, axis], {
      T: attribute.uint8,
      Tidx: attribute.int32,
      N: attribute.integer(parts.length),
    });
    this.add(name, "Bitcast", [`${name}/bytes`], { T: attribute.uint8, type: attribute.quint8 });
  }

  #rescaled(input: string, from: number, to: number): string {
    const mode = attribute.string("SCALED");
    this.add(`${input}/real`, "Dequantize", [input, ...this.#unsigned(from)], { T: attribute.quint8, mode });
    this.add(`${input}/rescaled`, "QuantizeV2", [`${input}/real`, ...this.#unsigned(to)], {
      T: attribute.quint8,
      mode,
      round_mode: attribute.string("HALF_TO_EVEN"),
    });
    return `${input}/rescaled`;
  }
}
