import type { Network } from "../tflite/layers.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";
import { layerNode } from "./layer-node.ts";

/** `model.json` and `weights.bin` of a TF.js graph model. */
export interface GraphModel {
  readonly json: unknown;
  readonly weights: Uint8Array;
  /** Offset of each convolution's quantised weights in `weights`, by the convolution's name. */
  readonly offsets: ReadonlyMap<string, number>;
}

/**
 * Writes a network as a TF.js graph model. The weights stay quantised; TF.js converts them to float when it loads them.
 */
export function toGraphModel(network: Network, generatedBy: string): GraphModel {
  const { input, layers, classes } = network;
  const chunks: Uint8Array[] = [];
  const offsets = new Map<string, number>();
  let length = 0;
  const weights: unknown[] = [];
  const nodes: GraphNode[] = [
    {
      name: input.name,
      op: "Placeholder",
      attr: { dtype: attribute.float, shape: attribute.shape([-1, input.size, input.size, input.channels]) },
    },
  ];
  const constant = (name: string, sizes: readonly number[], dtype: string, entry: object, bytes: Uint8Array) => {
    nodes.push({ name, op: "Const", attr: { dtype: { type: dtype } } });
    weights.push({ name, shape: sizes, ...entry });
    chunks.push(bytes);
    length += bytes.length;
  };
  for (const layer of layers) {
    if (layer.kind === "convolution") {
      const { scale, zeroPoint, bytes, shape: sizes } = layer.weights;
      offsets.set(layer.name, length);
      const quantization = { dtype: "uint8", scale, min: -zeroPoint * scale };
      constant(`${layer.name}/weights`, sizes, "DT_FLOAT", { dtype: "float32", quantization }, bytes);
      constant(`${layer.name}/bias`, [layer.bias.length], "DT_FLOAT", { dtype: "float32" }, bytesOf(layer.bias));
    }
    if (layer.kind === "concatenation") {
      constant(`${layer.name}/axis`, [], "DT_INT32", { dtype: "int32" }, bytesOf(Int32Array.of(3)));
    }
    nodes.push(layerNode(layer));
  }
  constant("logits/shape", [2], "DT_INT32", { dtype: "int32" }, bytesOf(Int32Array.of(-1, classes)));
  nodes.push({
    name: "logits",
    op: "Reshape",
    input: [network.output, "logits/shape"],
    attr: { T: attribute.float, Tshape: attribute.int32 },
  });
  const signature = (name: string, sizes: readonly number[]) => ({
    [name]: { name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: shapeOf(sizes) },
  });
  return {
    offsets,
    weights: Buffer.concat(chunks),
    json: {
      format: "graph-model",
      generatedBy,
      convertedBy: generatedBy,
      signature: {
        inputs: signature(input.name, [-1, input.size, input.size, input.channels]),
        outputs: signature("logits", [-1, classes]),
      },
      modelTopology: { node: nodes, library: {}, versions: { producer: 1882 } },
      weightsManifest: [{ paths: ["weights.bin"], weights }],
    },
  };
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
