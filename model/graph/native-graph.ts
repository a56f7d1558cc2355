import type { NativeSignature } from "../../functions/inference/native/signature.ts";
import type { Layer, Network } from "../tflite/layers.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";
import { layerNode } from "./layer-node.ts";

export interface NativeGraph {
  readonly nodes: readonly GraphNode[];
  readonly signature: NativeSignature;
}

/**
 * Writes a network for TensorFlow, with the weights as inputs: the session does not copy them, and the file stays
 * small. Convolutions are already fused as TensorFlow's graph optimiser would fuse them, so the optimiser need not run.
 */
export function toNativeGraph(network: Network, offsets: ReadonlyMap<string, number>): NativeGraph {
  const { input, layers, output, classes } = network;
  const nameOf = (name: string) => (name === input.name ? "values" : name);
  const nodes: GraphNode[] = [
    placeholder("pixels", "DT_UINT8", [-1, input.size, input.size, input.channels]),
    { name: "values", op: "Cast", input: ["pixels"], attr: { SrcT: attribute.uint8, DstT: attribute.float } },
    ...layers.flatMap((layer) => nodesOf(layer, nameOf)),
    constant("logits/shape", Int32Array.of(-1, classes), "DT_INT32", [2]),
    {
      name: "logits",
      op: "Reshape",
      input: [output, "logits/shape"],
      attr: { T: attribute.float, Tshape: attribute.int32 },
    },
  ];
  const weights = layers.flatMap((layer) => {
    if (layer.kind !== "convolution") return [];
    const { shape, scale, zeroPoint } = layer.weights;
    const offset = offsets.get(layer.name) ?? 0;
    return [
      { op: `${layer.name}/weights`, offset, shape: [...shape], quantised: { scale, minimum: -zeroPoint * scale } },
    ];
  });
  return { nodes, signature: { pixels: "pixels", weights, mapped: [], output: "logits", optimised: true } };
}

/** The node of a layer, preceded by the nodes of its additional inputs. */
function nodesOf(layer: Layer, nameOf: (name: string) => string): readonly GraphNode[] {
  const { name } = layer;
  const node = layerNode(layer, nameOf);
  if (layer.kind === "convolution") {
    const weights = placeholder(`${name}/weights`, "DT_FLOAT", layer.weights.shape);
    return [weights, constant(`${name}/bias`, layer.bias, "DT_FLOAT", [layer.bias.length]), node];
  }
  if (layer.kind === "concatenation") return [constant(`${name}/axis`, Int32Array.of(3), "DT_INT32", []), node];
  return [node];
}

function placeholder(name: string, type: string, shape: readonly number[]): GraphNode {
  return { name, op: "Placeholder", attr: { dtype: { type }, shape: attribute.shape(shape) } };
}

function constant(name: string, values: Float32Array | Int32Array, dtype: string, shape: readonly number[]): GraphNode {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    name,
    op: "Const",
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: shapeOf(shape), content } } },
  };
}
