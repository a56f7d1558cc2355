import { Builder } from "flatbuffers";

/**
 * Codes of the TFLite schema (version 3) that this project writes, with the operator versions that accept signed bytes.
 */
const operators = {
  AVERAGE_POOL_2D: { code: 1, version: 2 },
  CONCATENATION: { code: 2, version: 2 },
  CONV_2D: { code: 3, version: 3 },
  DEQUANTIZE: { code: 6, version: 2 },
  MAX_POOL_2D: { code: 17, version: 2 },
  QUANTIZE: { code: 114, version: 2 },
} as const;
const types = { float32: 0, int32: 2, uint8: 3, int8: 9 } as const;

export interface WrittenTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: keyof typeof types;
  /**
   * The real value of one step. A tensor with one scale per output channel, its first dimension, has several values.
   */
  readonly scales: ArrayLike<number>;
  readonly zeroPoint: number;
  /** Absent if the tensor is computed. */
  readonly data?: Uint8Array;
}

interface Window {
  readonly padding: "SAME" | "VALID";
  readonly stride: readonly [number, number];
}
export type WrittenOptions =
  | { readonly kind: "convolution"; readonly window: Window }
  | { readonly kind: "pool"; readonly window: Window; readonly filter: readonly [number, number] }
  | { readonly kind: "concatenation"; readonly axis: number };

export interface WrittenOperator {
  readonly op: keyof typeof operators;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly options?: WrittenOptions;
}

export interface WrittenFile {
  readonly bytes: Uint8Array;
  /** The position of each tensor's data in the file, by the tensor's name. */
  readonly positions: ReadonlyMap<string, number>;
}

/** Serialises a graph as a TFLite file. Operators refer to tensors by name; each tensor is declared once. */
export function writeTflite(graph: {
  readonly tensors: readonly WrittenTensor[];
  readonly operators: readonly WrittenOperator[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}): WrittenFile {
  const builder = new Builder(1 << 20);
  const places = new Map(graph.tensors.map(({ name }, index) => [name, index]));
  const placesOf = (names: readonly string[]): number[] => names.map((name) => places.get(name) ?? -1);
  const kinds = Object.keys(operators) as (keyof typeof operators)[];

  const vectorOf = new Map<string, number>();
  const buffers = [
    table(builder, 1, []),
    ...graph.tensors.map(({ name, data }) => {
      if (data === undefined) return table(builder, 1, []);
      // Kernels read weights and sums directly from the file, so their data must be aligned.
      builder.prep(16, data.length + 4);
      const content = builder.createByteVector(data);
      vectorOf.set(name, content);
      return table(builder, 1, [[0, content]]);
    }),
  ];
  const tensors = graph.tensors.map((tensor, index) => tensorTable(builder, tensor, index + 1));
  const written = graph.operators.map(({ op, inputs, output, options }) => {
    const [type, at] = optionsTable(builder, options);
    const from = integers(builder, placesOf(inputs));
    const to = integers(builder, placesOf([output]));
    builder.startObject(5);
    builder.addFieldInt32(0, kinds.indexOf(op), 0);
    builder.addFieldOffset(1, from, 0);
    builder.addFieldOffset(2, to, 0);
    builder.addFieldInt8(3, type, 0);
    builder.addFieldOffset(4, at, 0);
    return builder.endObject();
  });
  const subgraph = table(builder, 5, [
    [0, offsets(builder, tensors)],
    [1, integers(builder, placesOf(graph.inputs))],
    [2, integers(builder, placesOf(graph.outputs))],
    [3, offsets(builder, written)],
  ]);
  const codes = kinds.map((kind) => {
    const { code, version } = operators[kind];
    builder.startObject(4);
    builder.addFieldInt8(0, code, 0);
    builder.addFieldInt32(2, version, 1);
    builder.addFieldInt32(3, code, 0);
    return builder.endObject();
  });
  const vectors = [offsets(builder, codes), offsets(builder, [subgraph]), offsets(builder, buffers)] as const;
  builder.startObject(8);
  builder.addFieldInt32(0, 3, 0);
  builder.addFieldOffset(1, vectors[0], 0);
  builder.addFieldOffset(2, vectors[1], 0);
  builder.addFieldOffset(4, vectors[2], 0);
  builder.finish(builder.endObject(), "TFL3");
  const bytes = builder.asUint8Array();
  // The builder counts positions from the end of the file. A vector begins with its length, which takes 4 bytes.
  const positions = new Map([...vectorOf].map(([name, fromEnd]) => [name, bytes.length - fromEnd + 4]));
  return { bytes, positions };
}

function tensorTable(builder: Builder, tensor: WrittenTensor, buffer: number): number {
  const { name, shape, type, scales, zeroPoint } = tensor;
  const label = builder.createString(name);
  const sizes = integers(builder, shape);
  const floats = vector(builder, 4, Array.from(scales), (value) => builder.addFloat32(value));
  const zeros = vector(
    builder,
    8,
    Array.from(scales, () => zeroPoint),
    (value) => builder.addInt64(BigInt(value)),
  );
  const quantisation = table(builder, 7, [
    [2, floats],
    [3, zeros],
  ]);
  builder.startObject(8);
  builder.addFieldOffset(0, sizes, 0);
  builder.addFieldInt8(1, types[type], 0);
  builder.addFieldInt32(2, buffer, 0);
  builder.addFieldOffset(3, label, 0);
  builder.addFieldOffset(4, quantisation, 0);
  return builder.endObject();
}

/** The schema's type number for the options, and the position of their table. */
function optionsTable(builder: Builder, options: WrittenOptions | undefined): readonly [type: number, at: number] {
  if (options === undefined) return [0, 0];
  if (options.kind === "concatenation") {
    builder.startObject(2);
    builder.addFieldInt32(0, options.axis, 0);
    return [10, builder.endObject()];
  }
  const { padding, stride } = options.window;
  builder.startObject(6);
  builder.addFieldInt8(0, padding === "VALID" ? 1 : 0, 0);
  builder.addFieldInt32(1, stride[1], 0);
  builder.addFieldInt32(2, stride[0], 0);
  if (options.kind === "pool") {
    builder.addFieldInt32(3, options.filter[1], 0);
    builder.addFieldInt32(4, options.filter[0], 0);
    return [5, builder.endObject()];
  }
  return [1, builder.endObject()];
}

function table(builder: Builder, fields: number, set: readonly (readonly [number, number] | undefined)[]): number {
  builder.startObject(fields);
  for (const field of set) if (field) builder.addFieldOffset(field[0], field[1], 0);
  return builder.endObject();
}

const integers = (builder: Builder, values: readonly number[]): number =>
  vector(builder, 4, values, (value) => builder.addInt32(value));
const offsets = (builder: Builder, values: readonly number[]): number =>
  vector(builder, 4, values, (value) => builder.addOffset(value));

/** A flatbuffer is written from its end to its start, so the values are added in reverse. */
function vector(builder: Builder, size: number, values: readonly number[], add: (value: number) => void): number {
  builder.startVector(size, values.length, size);
  for (const value of values.toReversed()) add(value);
  return builder.endVector();
}
