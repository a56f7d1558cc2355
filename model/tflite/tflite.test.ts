import { Builder } from "flatbuffers";
import { describe, expect, it } from "vitest";
import { readTflite } from "./tflite.ts";

/** Writes a table. A field is `[position in the schema, write]`. */
function table(builder: Builder, fields: readonly (readonly [number, (position: number) => void])[]): number {
  builder.startObject(8);
  for (const [position, write] of fields) write(position);
  return builder.endObject();
}

function offsets(builder: Builder, entries: readonly number[]): number {
  builder.startVector(4, entries.length, 4);
  for (const entry of [...entries].reverse()) builder.addOffset(entry);
  return builder.endVector();
}

function int32s(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of [...values].reverse()) builder.addInt32(value);
  return builder.endVector();
}

/** A graph with one operator, which reads the tensor "in" and writes the tensor "out". */
function graph(code: number, options: (builder: Builder) => number, type = 3): Uint8Array {
  const builder = new Builder();
  const offset = (value: number) => (position: number) => builder.addFieldOffset(position, value, 0);
  const tensor = (name: string) => {
    const text = builder.createString(name);
    const shape = int32s(builder, [1, 4, 4, 3]);
    builder.startVector(4, 1, 4);
    builder.addFloat32(0.5);
    const scale = builder.endVector();
    builder.startVector(8, 1, 8);
    builder.addInt64(7n);
    const zero = builder.endVector();
    const quantisation = table(builder, [
      [2, offset(scale)],
      [3, offset(zero)],
    ]);
    return table(builder, [
      [0, offset(shape)],
      [1, (at) => builder.addFieldInt8(at, type, 0)],
      [3, offset(text)],
      [4, offset(quantisation)],
    ]);
  };
  const tensors = offsets(builder, [tensor("in"), tensor("out")]);
  const optionsTable = options(builder);
  const [inputs, outputs] = [int32s(builder, [0]), int32s(builder, [1])];
  const operator = table(builder, [
    [1, offset(inputs)],
    [2, offset(outputs)],
    [4, offset(optionsTable)],
  ]);
  const operators = offsets(builder, [operator]);
  const subgraphs = offsets(builder, [
    table(builder, [
      [0, offset(tensors)],
      [1, offset(inputs)],
      [2, offset(outputs)],
      [3, offset(operators)],
    ]),
  ]);
  const codes = offsets(builder, [table(builder, [[0, (at) => builder.addFieldInt8(at, code, 0)]])]);
  const buffers = offsets(builder, [table(builder, [])]);
  builder.finish(
    table(builder, [
      [1, offset(codes)],
      [2, offset(subgraphs)],
      [4, offset(buffers)],
    ]),
    "TFL3",
  );
  return builder.asUint8Array();
}

const pool = (builder: Builder) =>
  table(builder, [
    [0, (at) => builder.addFieldInt8(at, 1, 0)],
    [1, (at) => builder.addFieldInt32(at, 2, 0)],
    [2, (at) => builder.addFieldInt32(at, 3, 0)],
    [3, (at) => builder.addFieldInt32(at, 5, 0)],
    [4, (at) => builder.addFieldInt32(at, 7, 0)],
  ]);

describe("a TFLite file", () => {
  it("gives tensors with their quantisation and operators with their options, height before width", () => {
    const { tensors, operators, inputs, outputs } = readTflite(graph(17, pool));
    expect([inputs, outputs]).toEqual([[0], [1]]);
    expect(tensors[0]).toMatchObject({ name: "in", type: "uint8", shape: [1, 4, 4, 3], scale: 0.5, zeroPoint: 7 });
    expect(operators).toEqual([
      expect.objectContaining({ kind: "MAX_POOL_2D", padding: "VALID", stride: [3, 2], filter: [7, 5], activation: 0 }),
    ]);
  });

  it.each([
    ["is not TFLite", () => new Uint8Array(64), "file identifier"],
    ["is empty", () => new Uint8Array(0), "file identifier"],
    ["has an operator that the converter does not know", () => graph(99, pool), "operator has the unknown code 99"],
    ["has a tensor of an unknown type", () => graph(17, pool, 9), 'type of tensor "in" has the unknown code 9'],
    ["is cut", () => graph(17, pool).subarray(0, 120), "The model"],
  ])("that %s is refused", (_what, make, message) => {
    expect(() => readTflite(make())).toThrow(
      expect.objectContaining({ code: "ModelNotUnderstood", message: expect.stringContaining(message) }),
    );
  });
});
