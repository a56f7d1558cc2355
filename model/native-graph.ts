import type { NativeSignature } from "../functions/inference/native/signature.ts";
import { attribute, type GraphNode, shapeOf } from "./graph-def.ts";
import type { Convolution, Layer, Network, Pool } from "./layers.ts";

export interface NativeGraph {
  readonly nodes: readonly GraphNode[];
  readonly signature: NativeSignature;
}

/**
 * Writes a network for TensorFlow itself, the weights as inputs: the session optimises the graph (fusion) without
 * copying a single weight, and the file stays small. A second part of the graph makes them float once, in parallel.
 */
export function toNativeGraph(network: Network, offsets: ReadonlyMap<string, number>): NativeGraph {
  const nodes: GraphNode[] = [
    placeholder("pixels", "DT_UINT8", [-1, network.input.size, network.input.size, network.input.channels]),
    cast("input", "pixels"),
  ];
  const nameOf = (name: string) => (name === network.input.name ? "input" : name);
  const convolutions = network.layers.filter((layer) => layer.kind === "convolution");
  for (const layer of network.layers) nodes.push(...nodesOf(layer, nameOf));
  nodes.push(constant("logits/shape", Int32Array.of(-1, network.classes), "DT_INT32", [2]), {
    name: "logits",
    op: "Reshape",
    input: [network.output, "logits/shape"],
    attr: { T: attribute.float, Tshape: attribute.int32 },
  });
  for (const layer of convolutions) nodes.push(...loadingNodes(layer));
  return {
    nodes,
    signature: {
      load: {
        inputs: convolutions.map(({ name, weights }) => ({
          op: `${name}/bytes`,
          offset: offsets.get(name) ?? 0,
          shape: [...weights.shape],
        })),
        outputs: convolutions.map(({ name }) => `${name}/loaded`),
      },
      run: { pixels: "pixels", weights: convolutions.map(({ name }) => `${name}/weights`), output: "logits" },
    },
  };
}

function nodesOf(layer: Layer, nameOf: (name: string) => string): readonly GraphNode[] {
  const input = layer.inputs.map(nameOf);
  const { name } = layer;
  switch (layer.kind) {
    case "convolution": {
      const last = layer.relu ? `${name}/sum` : name;
      return [
        placeholder(`${name}/weights`, "DT_FLOAT", layer.weights.shape),
        constant(`${name}/bias`, layer.bias, "DT_FLOAT", [layer.bias.length]),
        {
          name: `${name}/product`,
          op: "Conv2D",
          input: [...input, `${name}/weights`],
          attr: { ...windowed(layer), dilations: attribute.integers([1, ...layer.dilation, 1]) },
        },
        { name: last, op: "BiasAdd", input: [`${name}/product`, `${name}/bias`], attr: { T: attribute.float } },
        ...(layer.relu ? [{ name, op: "Relu", input: [last], attr: { T: attribute.float } }] : []),
      ];
    }
    case "concatenation":
      return [
        constant(`${name}/axis`, Int32Array.of(3), "DT_INT32", []),
        {
          name,
          op: "ConcatV2",
          input: [...input, `${name}/axis`],
          attr: { T: attribute.float, Tidx: attribute.int32, N: attribute.integer(input.length) },
        },
      ];
    default:
      return [
        {
          name,
          op: layer.kind === "maximum" ? "MaxPool" : "AvgPool",
          input,
          attr: { ...windowed(layer), ksize: attribute.integers([1, ...layer.filter, 1]) },
        },
      ];
  }
}

/** real = byte * scale + (-zeroPoint * scale), the order that TF.js uses: both engines compute the same floats. */
function loadingNodes({ name, weights }: Convolution): readonly GraphNode[] {
  const { scale, zeroPoint, shape } = weights;
  const arithmetic = { T: attribute.float };
  return [
    placeholder(`${name}/bytes`, "DT_UINT8", shape),
    cast(`${name}/values`, `${name}/bytes`),
    constant(`${name}/scale`, Float32Array.of(scale), "DT_FLOAT", []),
    constant(`${name}/minimum`, Float32Array.of(-zeroPoint * scale), "DT_FLOAT", []),
    { name: `${name}/scaled`, op: "Mul", input: [`${name}/values`, `${name}/scale`], attr: arithmetic },
    { name: `${name}/loaded`, op: "AddV2", input: [`${name}/scaled`, `${name}/minimum`], attr: arithmetic },
  ];
}

function placeholder(name: string, type: string, shape: readonly number[]): GraphNode {
  return { name, op: "Placeholder", attr: { dtype: { type }, shape: attribute.shape(shape) } };
}

function cast(name: string, from: string): GraphNode {
  return { name, op: "Cast", input: [from], attr: { SrcT: attribute.uint8, DstT: attribute.float } };
}

function constant(name: string, values: Float32Array | Int32Array, dtype: string, shape: readonly number[]): GraphNode {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return {
    name,
    op: "Const",
    attr: { dtype: { type: dtype }, value: { tensor: { dtype, tensorShape: shapeOf(shape), content } } },
  };
}

function windowed({ padding, stride }: Convolution | Pool) {
  return {
    T: attribute.float,
    padding: attribute.string(padding),
    data_format: attribute.string("NHWC"),
    strides: attribute.integers([1, ...stride, 1]),
  };
}
