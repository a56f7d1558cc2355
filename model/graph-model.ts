import type { Convolution, Layer, Network, Pool } from "./layers.ts";

/** `model.json` and `weights.bin` of a TF.js graph model. */
export interface GraphModel {
  readonly json: unknown;
  readonly weights: Uint8Array;
}

/** Attribute values of a GraphDef in protobuf's JSON form, where bytes are base64 and 64-bit integers are strings. */
const text = (value: string) => Buffer.from(value).toString("base64");
const string = (value: string) => ({ s: text(value) });
const integers = (values: readonly number[]) => ({ list: { i: values.map(String) } });
const float = { type: "DT_FLOAT" };
const shape = (sizes: readonly number[]) => ({ dim: sizes.map((size) => ({ size: String(size) })) });

/** Writes a network as a TF.js graph model, weights quantised as they were: TF.js makes them float when it loads. */
export function toGraphModel(network: Network, generatedBy: string): GraphModel {
  const { input, layers, classes } = network;
  const chunks: Uint8Array[] = [];
  const weights: unknown[] = [];
  const nodes: unknown[] = [
    {
      name: input.name,
      op: "Placeholder",
      attr: { dtype: float, shape: { shape: shape([-1, input.size, input.size, input.channels]) } },
    },
  ];
  const constant = (name: string, sizes: readonly number[], dtype: string, entry: object, bytes: Uint8Array) => {
    nodes.push({ name, op: "Const", attr: { dtype: { type: dtype } } });
    weights.push({ name, shape: sizes, ...entry });
    chunks.push(bytes);
  };
  for (const layer of layers) {
    if (layer.kind === "convolution") {
      const { scale, zeroPoint, bytes, shape: sizes } = layer.weights;
      const quantization = { dtype: "uint8", scale, min: -zeroPoint * scale };
      constant(`${layer.name}/weights`, sizes, "DT_FLOAT", { dtype: "float32", quantization }, bytes);
      constant(`${layer.name}/bias`, [layer.bias.length], "DT_FLOAT", { dtype: "float32" }, bytesOf(layer.bias));
    }
    if (layer.kind === "concatenation") {
      constant(`${layer.name}/axis`, [], "DT_INT32", { dtype: "int32" }, bytesOf(Int32Array.of(3)));
    }
    nodes.push(nodeOf(layer));
  }
  constant("logits/shape", [2], "DT_INT32", { dtype: "int32" }, bytesOf(Int32Array.of(-1, classes)));
  nodes.push({
    name: "logits",
    op: "Reshape",
    input: [network.output, "logits/shape"],
    attr: { T: float, Tshape: { type: "DT_INT32" } },
  });
  const signature = (name: string, sizes: readonly number[]) => ({
    [name]: { name: `${name}:0`, dtype: "DT_FLOAT", tensorShape: shape(sizes) },
  });
  return {
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

function nodeOf(layer: Layer): unknown {
  switch (layer.kind) {
    case "convolution":
      return {
        name: layer.name,
        op: "_FusedConv2D",
        input: [...layer.inputs, `${layer.name}/weights`, `${layer.name}/bias`],
        attr: {
          ...windowAttributes(layer),
          dilations: integers([1, ...layer.dilation, 1]),
          num_args: { i: "1" },
          epsilon: { f: 0 },
          fused_ops: { list: { s: ["BiasAdd", ...(layer.relu ? ["Relu"] : [])].map(text) } },
        },
      };
    case "concatenation":
      return {
        name: layer.name,
        op: "ConcatV2",
        input: [...layer.inputs, `${layer.name}/axis`],
        attr: { T: float, Tidx: { type: "DT_INT32" }, N: { i: String(layer.inputs.length) } },
      };
    default:
      return {
        name: layer.name,
        op: layer.kind === "maximum" ? "MaxPool" : "AvgPool",
        input: layer.inputs,
        attr: { ...windowAttributes(layer), ksize: integers([1, ...layer.filter, 1]) },
      };
  }
}

function windowAttributes({ padding, stride }: Convolution | Pool): object {
  return { T: float, data_format: string("NHWC"), padding: string(padding), strides: integers([1, ...stride, 1]) };
}

function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
