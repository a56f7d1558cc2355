import { ByteBuffer } from "flatbuffers";
import { ModelError } from "../error.ts";

/** A tensor of a TFLite file. `data` is empty if the tensor is computed. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TensorType;
  readonly data: Uint8Array;
  /** Per-tensor affine quantisation: real = scale * (stored - zeroPoint). */
  readonly scale: number;
  readonly zeroPoint: number;
}

export interface Operator {
  readonly kind: OperatorKind;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly padding: "SAME" | "VALID";
  readonly stride: readonly [height: number, width: number];
  readonly dilation: readonly [height: number, width: number];
  readonly filter: readonly [height: number, width: number];
  readonly axis: number;
  /** A value of the schema's ActivationFunctionType; 0 means no activation. */
  readonly activation: number;
}

export interface TfliteGraph {
  readonly tensors: readonly Tensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Codes of the TFLite schema (version 3) that this converter reads. */
const tensorTypes = { 0: "float32", 2: "int32", 3: "uint8" } as const;
export type TensorType = (typeof tensorTypes)[keyof typeof tensorTypes];
const operatorKinds = {
  1: "AVERAGE_POOL_2D",
  2: "CONCATENATION",
  3: "CONV_2D",
  17: "MAX_POOL_2D",
  22: "RESHAPE",
} as const;
export type OperatorKind = (typeof operatorKinds)[keyof typeof operatorKinds];

/**
 * Reads a TFLite flatbuffer with one subgraph.
 * @throws ModelError "ModelNotUnderstood" when it is not TFLite or uses a feature that this converter does not support.
 */
export function readTflite(bytes: Uint8Array): TfliteGraph {
  const identifier = Buffer.from(bytes.subarray(4, 8)).toString("latin1");
  if (identifier !== "TFL3") {
    throw new ModelError("ModelNotUnderstood", `The model has the file identifier "${identifier}", not "TFL3".`);
  }
  try {
    return readGraph(new ByteBuffer(bytes));
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError("ModelNotUnderstood", `The model file is damaged: ${String(cause)}.`, { cause });
  }
}

function readGraph(buffer: ByteBuffer): TfliteGraph {
  const model = new Table(buffer, buffer.readInt32(0));
  const buffers = model.tables(4).map((entry) => entry.bytes(0));
  const codes = model.tables(1).map((entry) => entry.int8(0) || entry.int32(3, 0));
  const subgraphs = model.tables(2);
  const [graph] = subgraphs;
  if (!graph || subgraphs.length > 1) {
    throw new ModelError("ModelNotUnderstood", `The model has ${subgraphs.length} subgraphs, not 1.`);
  }
  return {
    tensors: graph.tables(0).map((tensor) => readTensor(tensor, buffers)),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
    operators: graph.tables(3).map((operator) => readOperator(operator, codes)),
  };
}

function readTensor(table: Table, buffers: readonly Uint8Array[]): Tensor {
  const name = table.text(3);
  const type = lookUp(tensorTypes, table.int8(1), `type of tensor "${name}"`);
  const quantisation = table.table(4);
  return {
    name,
    type,
    shape: table.int32s(0),
    data: buffers[table.int32(2, 0)] ?? new Uint8Array(),
    scale: quantisation?.float32s(2)[0] ?? 1,
    zeroPoint: quantisation?.int64s(3)[0] ?? 0,
  };
}

function readOperator(table: Table, codes: readonly number[]): Operator {
  const kind = lookUp(operatorKinds, codes[table.int32(0, 0)] ?? -1, "operator");
  const options = table.table(4);
  const at = (field: number, otherwise: number) => options?.int32(field, otherwise) ?? otherwise;
  const pool = kind === "AVERAGE_POOL_2D" || kind === "MAX_POOL_2D";
  const concatenation = kind === "CONCATENATION";
  const windowed = pool || kind === "CONV_2D";
  const activationField = pool ? 5 : concatenation ? 1 : 3;
  return {
    kind,
    inputs: table.int32s(1),
    outputs: table.int32s(2),
    padding: options?.int8(0) === 1 ? "VALID" : "SAME",
    stride: windowed ? [at(2, 1), at(1, 1)] : [1, 1],
    dilation: kind === "CONV_2D" ? [at(5, 1), at(4, 1)] : [1, 1],
    filter: pool ? [at(4, 1), at(3, 1)] : [1, 1],
    axis: concatenation ? at(0, 0) : 0,
    activation: kind === "RESHAPE" ? 0 : (options?.int8(activationField) ?? 0),
  };
}

function lookUp<T>(names: Readonly<Record<number, T>>, code: number, what: string): T {
  const name = names[code];
  if (name === undefined) throw new ModelError("ModelNotUnderstood", `The ${what} has the unknown code ${code}.`);
  return name;
}

/** A flatbuffers table, whose fields are identified by their position in the schema. */
class Table {
  readonly #buffer: ByteBuffer;
  readonly #start: number;

  constructor(buffer: ByteBuffer, start: number) {
    this.#buffer = buffer;
    this.#start = start;
  }

  int8(field: number): number {
    const at = this.#offset(field);
    return at === 0 ? 0 : this.#buffer.readInt8(this.#start + at);
  }

  int32(field: number, otherwise: number): number {
    const at = this.#offset(field);
    return at === 0 ? otherwise : this.#buffer.readInt32(this.#start + at);
  }

  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString("utf8");
  }

  bytes(field: number): Uint8Array {
    const { start, length } = this.#vector(field, 1);
    return this.#buffer.bytes().subarray(start, start + length);
  }

  int32s(field: number): readonly number[] {
    return this.#elements(field, 4, (at) => this.#buffer.readInt32(at));
  }

  float32s(field: number): readonly number[] {
    return this.#elements(field, 4, (at) => this.#buffer.readFloat32(at));
  }

  int64s(field: number): readonly number[] {
    return this.#elements(field, 8, (at) => Number(this.#buffer.readInt64(at)));
  }

  table(field: number): Table | undefined {
    const at = this.#offset(field);
    return at === 0 ? undefined : new Table(this.#buffer, this.#buffer.__indirect(this.#start + at));
  }

  tables(field: number): readonly Table[] {
    return this.#elements(field, 4, (at) => new Table(this.#buffer, this.#buffer.__indirect(at)));
  }

  #elements<T>(field: number, size: number, read: (at: number) => T): readonly T[] {
    const { start, length } = this.#vector(field, size);
    return Array.from({ length }, (_, index) => read(start + index * size));
  }

  /** In JavaScript, reading beyond the end of an array is not an error, so the bounds are checked here. */
  #vector(field: number, size: number): { readonly start: number; readonly length: number } {
    const at = this.#offset(field);
    if (at === 0) return { start: 0, length: 0 };
    const index = this.#start + at;
    const start = this.#buffer.__vector(index);
    const length = this.#buffer.__vector_len(index);
    if (!(start >= 0 && length >= 0 && start + length * size <= this.#buffer.capacity())) {
      throw new RangeError("a list reaches beyond the end of the file");
    }
    return { start, length };
  }

  /** A table starts with the signed distance back to its vtable. The vtable has the entry 0 for each absent field. */
  #offset(field: number): number {
    if (!(this.#start >= 0 && this.#start + 4 <= this.#buffer.capacity())) {
      throw new RangeError("a table lies beyond the end of the file");
    }
    return this.#buffer.__offset(this.#start, 4 + 2 * field);
  }
}
