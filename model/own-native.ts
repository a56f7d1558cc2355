import type { ClassifierDescription } from "../functions/inference/description.ts";
import type { NativeSignature } from "../functions/inference/native/signature.ts";
import { type Attribute, attribute, type GraphNode, shapeOf } from "./graph/graph-def.ts";
import { endpoints, storedBytes, type TfjsGraphModel, type TfjsNode } from "./topology.ts";

const protoTypes: Readonly<Record<string, string>> = { float32: "DT_FLOAT", int32: "DT_INT32", bool: "DT_BOOL" };

/**
 * Maximum size of weights that stay in the graph: shapes, axes and biases, which TensorFlow requires to be constants.
 */
const constantBytes = 16_384;

/**
 * Writes a TF.js graph model for TensorFlow, as `native-graph.ts` does for the default model: the input is bytes that
 * are scaled in the graph, large weights are inputs, and TF.js's fused operations are split again.
 */
export function toOwnNative(
  model: TfjsGraphModel,
  weights: Uint8Array,
  description: ClassifierDescription,
): { readonly nodes: readonly GraphNode[]; readonly signature: NativeSignature } {
  const { input, output } = endpoints(model);
  const size = description.inputSize;
  const nodes: GraphNode[] = [
    {
      name: "dlw/pixels",
      op: "Placeholder",
      attr: { dtype: attribute.uint8, shape: attribute.shape([-1, size, size, 3]) },
    },
    { name: "dlw/float", op: "Cast", input: ["dlw/pixels"], attr: { SrcT: attribute.uint8, DstT: attribute.float } },
    scalar("dlw/scale", description.scale),
    scalar("dlw/offset", description.offset),
    { name: "dlw/scaled", op: "Mul", input: ["dlw/float", "dlw/scale"], attr: { T: attribute.float } },
    { name: input, op: "AddV2", input: ["dlw/scaled", "dlw/offset"], attr: { T: attribute.float } },
  ];
  const fed: NativeSignature["weights"] = [];
  let offset = 0;
  for (const weight of model.weightsManifest.flatMap((group) => group.weights)) {
    const { name, shape, dtype, quantization } = weight;
    const length = storedBytes(weight);
    const bytes = weights.subarray(offset, offset + length);
    if (quantization || (dtype === "float32" && length > constantBytes)) {
      nodes.push({ name, op: "Placeholder", attr: { dtype: attribute.float, shape: attribute.shape(shape) } });
      const quantised = quantization && { scale: quantization.scale ?? 1, minimum: quantization.min ?? 0 };
      fed.push({ op: name, offset, shape, ...(quantised && { quantised }) });
    } else {
      nodes.push(constant(name, protoTypes[dtype] ?? dtype, shape, bytes));
    }
    offset += length;
  }
  for (const node of model.modelTopology.node) {
    if (node.op !== "Const" && node.op !== "Placeholder" && node.name !== input) nodes.push(...parted(node));
  }
  return { nodes, signature: { pixels: "dlw/pixels", weights: fed, mapped: [], output, optimised: false } };
}

/** Splits `_FusedX` with `fused_ops` into X, BiasAdd and the activation. Any other operation is unchanged. */
function parted({ name, op, input = [], attr = {} }: TfjsNode): readonly GraphNode[] {
  const attributes = attr as Readonly<Record<string, Attribute>>;
  const fused = attributes["fused_ops"];
  if (!fused || !("list" in fused)) return [{ name, op, input, attr: attributes }];
  const steps = (fused.list.s ?? []).map((text) => Buffer.from(text, "base64").toString("utf8"));
  const {
    fused_ops: _ops,
    num_args: _args,
    epsilon: _epsilon,
    leakyrelu_alpha: _alpha,
    TArgs: _types,
    ...own
  } = attributes;
  const base = op.replace(/^_?Fused/, "").replace(/2dNative$/, "2dNative");
  const [first = "", second = "", bias = "", ...rest] = input;
  const nodeOf = (index: number) => (index === steps.length ? name : `${name}/dlw_${index}`);
  const activation = { T: attribute.float };
  return [
    { name: nodeOf(0), op: base, input: [first, second, ...rest], attr: own },
    ...steps.map((step, index) => ({
      name: nodeOf(index + 1),
      op: step,
      input: step === "BiasAdd" ? [nodeOf(index), bias] : [nodeOf(index)],
      attr: activation,
    })),
  ];
}

function scalar(name: string, value: number): GraphNode {
  const content = new Uint8Array(Float32Array.of(value).buffer);
  return constant(name, "DT_FLOAT", [], content);
}

function constant(name: string, dtype: string, shape: readonly number[], content: Uint8Array): GraphNode {
  const value = { tensor: { dtype, tensorShape: shapeOf(shape), content } };
  return { name, op: "Const", attr: { dtype: { type: dtype }, value } };
}
