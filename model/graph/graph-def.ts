import { Message } from "./protobuf.ts";

/** A GraphDef node in protobuf's JSON form, as TF.js stores it: bytes are base64, 64-bit integers are strings. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attribute>>;
}
export interface ShapeProto {
  readonly dim?: readonly { readonly size: string }[];
  readonly unknownRank?: boolean;
}
/** A constant: either its raw content, or a single number that is the value of all its elements. */
export type TensorProto = {
  readonly dtype: string;
  readonly tensorShape: ShapeProto;
} & ({ readonly content: Uint8Array } | { readonly repeated: number });
export type Attribute =
  | { readonly s: string }
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: string }
  | { readonly shape: ShapeProto }
  | { readonly tensor: TensorProto }
  | { readonly list: AttributeList };
export interface AttributeList {
  readonly s?: readonly string[];
  readonly i?: readonly string[];
  readonly f?: readonly number[];
  readonly type?: readonly string[];
}

export const dataTypes: Readonly<Record<string, number>> = {
  DT_FLOAT: 1,
  DT_INT32: 3,
  DT_UINT8: 4,
  DT_BOOL: 10,
  DT_QINT8: 11,
  DT_QUINT8: 12,
  DT_QINT32: 13,
};

/** Attribute values of the nodes that this project writes. */
const text = (value: string) => Buffer.from(value).toString("base64");
export const attribute = {
  string: (value: string): Attribute => ({ s: text(value) }),
  strings: (values: readonly string[]): Attribute => ({ list: { s: values.map(text) } }),
  integer: (value: number): Attribute => ({ i: String(value) }),
  yes: { b: true },
  integers: (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } }),
  floats: (count: number): Attribute => ({ list: { type: new Array<string>(count).fill("DT_FLOAT") } }),
  float: { type: "DT_FLOAT" },
  int32: { type: "DT_INT32" },
  uint8: { type: "DT_UINT8" },
  qint8: { type: "DT_QINT8" },
  quint8: { type: "DT_QUINT8" },
  qint32: { type: "DT_QINT32" },
  shape: (sizes: readonly number[]): Attribute => ({ shape: shapeOf(sizes) }),
} as const;

export function shapeOf(sizes: readonly number[]): ShapeProto {
  return { dim: sizes.map((size) => ({ size: String(size) })) };
}

/** Serialises a graph as the `saved_model.pb` of a SavedModel without variables, tagged "serve". */
export function toSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeMessage(node));
  graph.message(4, new Message().integer(1, 1_882).integer(2, 12));
  const info = new Message().bytes(4, "serve").bytes(5, "2.21.0");
  const metaGraph = new Message().message(1, info).message(2, graph);
  return new Message().integer(1, 1).message(2, metaGraph).finish();
}

function nodeMessage({ name, op, input = [], attr = {} }: GraphNode): Message {
  const message = new Message().bytes(1, name).bytes(2, op);
  for (const from of input) message.bytes(3, from);
  for (const [key, value] of Object.entries(attr)) {
    message.message(5, new Message().bytes(1, key).message(2, attributeMessage(value)));
  }
  return message;
}

function attributeMessage(value: Attribute): Message {
  const message = new Message();
  if ("s" in value) return message.bytes(2, Buffer.from(value.s, "base64"));
  if ("i" in value) return message.integer(3, BigInt(value.i));
  if ("f" in value) return message.float(4, value.f);
  if ("b" in value) return message.integer(5, value.b ? 1 : 0);
  if ("type" in value) return message.integer(6, typeNumber(value.type));
  if ("shape" in value) return message.message(7, shapeMessage(value.shape));
  if ("tensor" in value) return message.message(8, tensorMessage(value.tensor));
  const list = new Message();
  for (const bytes of value.list.s ?? []) list.bytes(2, Buffer.from(bytes, "base64"));
  for (const integer of value.list.i ?? []) list.integer(3, BigInt(integer));
  for (const float of value.list.f ?? []) list.float(4, float);
  for (const type of value.list.type ?? []) list.integer(6, typeNumber(type));
  return message.message(1, list);
}

function shapeMessage({ dim = [], unknownRank = false }: ShapeProto): Message {
  const message = new Message();
  for (const { size } of dim) message.message(2, new Message().integer(1, BigInt(size)));
  if (unknownRank) message.integer(3, 1);
  return message;
}

function tensorMessage(tensor: TensorProto): Message {
  const { dtype, tensorShape } = tensor;
  const message = new Message().integer(1, typeNumber(dtype)).message(2, shapeMessage(tensorShape));
  if ("content" in tensor) return message.bytes(4, tensor.content);
  return dtype === "DT_FLOAT" ? message.float(5, tensor.repeated) : message.integer(7, tensor.repeated);
}

function typeNumber(type: string): number {
  const number = dataTypes[type];
  if (number === undefined) throw new RangeError(`The data type "${type}" is not one that this project writes.`);
  return number;
}
