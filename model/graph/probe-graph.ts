import type { ProbeCase } from "../../functions/inference/native/probe-cases.ts";
import { largestPair, largestWeight } from "../tflite/integer-weights.ts";
import type { Convolution, Network } from "../tflite/layers.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";

/**
 * The convolutions that show whether a processor computes this network's integers exactly: every window, stride and
 * padding of it, each with the fewest channels that the network has for it and on the smallest picture that lets the
 * window move, and the logits, which have the most. All weights of a case are the same number, which takes a few bytes
 * in the file: the largest weight, of either sign in turn; for the logits the half of the largest pair.
 */
export function toProbe(network: Network): {
  readonly nodes: readonly GraphNode[];
  readonly cases: readonly ProbeCase[];
} {
  const kernels = new Map<string, Convolution>();
  for (const layer of network.layers) {
    if (layer.kind !== "convolution" || layer.name === network.output) continue;
    const kernel = [...layer.weights.shape.slice(0, 2), ...layer.stride, layer.padding].join(" ");
    const known = kernels.get(kernel);
    if (!known || layer.weights.bytes.length < known.weights.bytes.length) kernels.set(kernel, layer);
  }
  const cases = [...kernels.values()].map((layer, index) =>
    probeCase(layer, index, index % 2 === 0 ? largestWeight : -largestWeight),
  );
  const logits = network.layers.at(-1);
  if (logits?.kind === "convolution") cases.push(probeCase(logits, cases.length, largestPair / 2));
  return { cases, nodes: cases.flatMap(nodesOf) };
}

function probeCase({ weights, stride, padding }: Convolution, index: number, weight: number): ProbeCase {
  const [height, width, inputs, outputs] = weights.shape;
  return {
    input: `probe_${index}/picture`,
    output: `probe_${index}/sums`,
    size: [height + stride[0], width + stride[1]],
    window: [height, width],
    stride: [...stride],
    padding,
    inputs,
    outputs,
    weight,
  };
}

function nodesOf({
  input,
  output,
  size,
  window,
  stride,
  padding,
  inputs,
  outputs,
  weight,
}: ProbeCase): readonly GraphNode[] {
  const node = (
    name: string,
    op: string,
    from: readonly string[],
    attr: NonNullable<GraphNode["attr"]>,
  ): GraphNode => ({
    name: `${output}/${name}`,
    op,
    input: from,
    attr,
  });
  const splat = (name: string, dtype: string, shape: readonly number[], repeated: number): GraphNode =>
    node(name, "Const", [], {
      dtype: { type: dtype },
      value: { tensor: { dtype, tensorShape: shapeOf(shape), repeated } },
    });
  const of = (name: string): string => `${output}/${name}`;
  return [
    { name: input, op: "Placeholder", attr: { dtype: attribute.uint8, shape: attribute.shape([1, ...size, inputs]) } },
    node("bytes", "Bitcast", [input], { T: attribute.uint8, type: attribute.quint8 }),
    splat("weights", "DT_QINT8", [...window, inputs, outputs], weight),
    splat("bias", "DT_FLOAT", [outputs], 0),
    splat("zero", "DT_FLOAT", [], 0),
    splat("most", "DT_FLOAT", [], 255),
    splat("minimum", "DT_FLOAT", [], -largestWeight),
    splat("maximum", "DT_FLOAT", [], largestWeight),
    node(
      "quantised",
      "QuantizedConv2DWithBias",
      ["bytes", "weights", "bias", "zero", "most", "minimum", "maximum"].map(of),
      {
        Tinput: attribute.quint8,
        Tfilter: attribute.qint8,
        out_type: attribute.qint32,
        strides: attribute.integers([1, ...stride, 1]),
        padding: attribute.string(padding),
        dilations: attribute.integers([1, 1, 1, 1]),
      },
    ),
    { name: output, op: "Bitcast", input: [of("quantised")], attr: { T: attribute.qint32, type: attribute.int32 } },
  ];
}
