import { type ProbeCase, picturesPerCase } from "../../functions/inference/native/probe-cases.ts";
import { largestPair, largestWeight } from "../tflite/integer-weights.ts";
import type { Convolution, Network } from "../tflite/layers.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";
import { kernelAttributes, kernelOperation } from "./integer-kernels.ts";

/**
 * The convolutions that show whether a processor computes this network's integers exactly. There is one per kernel
 * shape of the network (window, channels in and out, stride and padding), on the smallest picture in which the window
 * can move. All weights of a case have the same value: the largest weight, with the sign alternating from case to case.
 * For the logits it is half of the largest pair.
 */
export function toProbe(network: Network): {
  readonly nodes: readonly GraphNode[];
  readonly cases: readonly ProbeCase[];
} {
  const kernels = new Map<string, Convolution>();
  for (const layer of network.layers) {
    if (layer.kind !== "convolution") continue;
    kernels.set([...layer.weights.shape, ...layer.stride, layer.padding].join(" "), layer);
  }
  const cases = [...kernels.values()].map((layer, index) => {
    const sign = index % 2 === 0 ? 1 : -1;
    return probeCase(layer, index, sign * (layer.name === network.output ? largestPair / 2 : largestWeight));
  });
  return { cases, nodes: [...sharedNodes(cases), ...cases.flatMap(nodesOf)] };
}

function probeCase({ weights, stride, padding }: Convolution, index: number, weight: number): ProbeCase {
  const [height, width, inputs, outputs] = weights.shape;
  return {
    input: `probe_${index}/pictures`,
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

const weightsOf = (weight: number): string => `weights/${String(weight).replace("-", "minus_")}`;
const lengthOf = ({ window, inputs, outputs }: ProbeCase): number => window[0] * window[1] * inputs * outputs;

/** Weights that several cases share, each using a slice, and the value ranges of the convolutions' inputs. */
function sharedNodes(cases: readonly ProbeCase[]): readonly GraphNode[] {
  const longest = new Map<number, number>();
  for (const test of cases) longest.set(test.weight, Math.max(longest.get(test.weight) ?? 0, lengthOf(test)));
  return [
    ...[...longest].map(([weight, length]) => filled(weightsOf(weight), "DT_QINT8", [length], weight)),
    filled("zero", "DT_FLOAT", [], 0),
    filled("most", "DT_FLOAT", [], 255),
    filled("minimum", "DT_FLOAT", [], -largestWeight),
    filled("maximum", "DT_FLOAT", [], largestWeight),
    integers("start", [0]),
  ];
}

function nodesOf(test: ProbeCase): readonly GraphNode[] {
  const { input, output, size, window, stride, padding, inputs, outputs, weight } = test;
  const of = (name: string): string => `${output}/${name}`;
  const shape = attribute.shape([picturesPerCase, ...size, inputs]);
  const sliced = { T: attribute.qint8, Index: attribute.int32 };
  const reshaped = { T: attribute.qint8, Tshape: attribute.int32 };
  return [
    { name: input, op: "Placeholder", attr: { dtype: attribute.uint8, shape } },
    { name: of("bytes"), op: "Bitcast", input: [input], attr: { T: attribute.uint8, type: attribute.quint8 } },
    integers(of("length"), [lengthOf(test)]),
    integers(of("shape"), [...window, inputs, outputs]),
    { name: of("part"), op: "Slice", input: [weightsOf(weight), "start", of("length")], attr: sliced },
    { name: of("weights"), op: "Reshape", input: [of("part"), of("shape")], attr: reshaped },
    filled(of("bias"), "DT_FLOAT", [outputs], 0),
    {
      name: of("quantised"),
      op: kernelOperation("QuantizedConv2DWithBias"),
      input: [of("bytes"), of("weights"), of("bias"), "zero", "most", "minimum", "maximum"],
      attr: {
        ...kernelAttributes,
        Tinput: attribute.quint8,
        Tfilter: attribute.qint8,
        out_type: attribute.qint32,
        strides: attribute.integers([1, ...stride, 1]),
        padding: attribute.string(padding),
        dilations: attribute.integers([1, 1, 1, 1]),
      },
    },
    { name: output, op: "Bitcast", input: [of("quantised")], attr: { T: attribute.qint32, type: attribute.int32 } },
  ];
}

/** A constant whose elements all have the same value. */
function filled(name: string, dtype: string, shape: readonly number[], repeated: number): GraphNode {
  const value = { tensor: { dtype, tensorShape: shapeOf(shape), repeated } };
  return { name, op: "Const", attr: { dtype: { type: dtype }, value } };
}

function integers(name: string, values: readonly number[]): GraphNode {
  const content = new Uint8Array(Int32Array.from(values).buffer);
  const value = { tensor: { dtype: "DT_INT32", tensorShape: shapeOf([values.length]), content } };
  return { name, op: "Const", attr: { dtype: attribute.int32, value } };
}
