import type { Convolution, Layer, Pool } from "../tflite/layers.ts";
import { attribute, type GraphNode } from "./graph-def.ts";

/**
 * The node of a layer, which is the same for TF.js and TensorFlow. A convolution is fused with its bias and activation.
 * Its weights and bias are the nodes `<name>/weights` and `<name>/bias`; the axis of a concatenation is `<name>/axis`.
 */
export function layerNode(layer: Layer, nameOf: (name: string) => string = (name) => name): GraphNode {
  const { name } = layer;
  const inputs = layer.inputs.map(nameOf);
  switch (layer.kind) {
    case "convolution":
      return {
        name,
        op: "_FusedConv2D",
        input: [...inputs, `${name}/weights`, `${name}/bias`],
        attr: {
          ...windowed(layer),
          dilations: attribute.integers([1, ...layer.dilation, 1]),
          num_args: attribute.integer(1),
          TArgs: attribute.floats(1),
          epsilon: { f: 0 },
          fused_ops: attribute.strings(["BiasAdd", ...(layer.relu ? ["Relu"] : [])]),
        },
      };
    case "concatenation":
      return {
        name,
        op: "ConcatV2",
        input: [...inputs, `${name}/axis`],
        attr: { T: attribute.float, Tidx: attribute.int32, N: attribute.integer(inputs.length) },
      };
    default:
      return {
        name,
        op: layer.kind === "maximum" ? "MaxPool" : "AvgPool",
        input: inputs,
        attr: { ...windowed(layer), ksize: attribute.integers([1, ...layer.filter, 1]) },
      };
  }
}

function windowed({ padding, stride }: Convolution | Pool) {
  return {
    T: attribute.float,
    data_format: attribute.string("NHWC"),
    padding: attribute.string(padding),
    strides: attribute.integers([1, ...stride, 1]),
  };
}
