import { readSync } from "node:fs";
import type { Addon } from "./addon.ts";
import { dataTypes } from "./data-types.ts";
import type { NativeSignature } from "./signature.ts";

type Weight = NativeSignature["weights"][number];

/** Reads `length` bytes at `offset`. The next read may overwrite the returned bytes. */
export type ReadWeight = (offset: number, length: number) => Uint8Array;

/**
 * Converts the bytes of a file to float weights and returns their tensors. TensorFlow's Dequantize makes one pass over
 * each, in a third of the time of the same arithmetic in JavaScript or as three operations of a graph.
 */
export function loadWeights(addon: Addon, signature: NativeSignature, read: ReadWeight): readonly number[] {
  const type = (name: string, value: number) => ({ name, type: addon.TF_ATTR_TYPE, value });
  const mode = { name: "mode", type: addon.TF_ATTR_STRING, value: "MIN_COMBINED" };
  const run = (name: string, attributes: Parameters<Addon["executeOp"]>[1], inputs: readonly number[]): number => {
    const [result] = addon.executeOp(name, attributes, inputs, 1);
    for (const input of inputs) addon.deleteTensor(input);
    if (!result) throw new TypeError(`TensorFlow's "${name}" returns nothing.`);
    return result.id;
  };
  return signature.weights.map((weight) => {
    const { offset, shape, quantised: range } = weight;
    const bytes = read(offset, bytesOf(weight));
    if (!range) {
      // A copy, because the offset of the bytes may not be a multiple of four.
      const floats = new Float32Array(Uint8Array.from(bytes).buffer);
      return addon.createTensor(shape, addon.TF_FLOAT, floats);
    }
    const stored = addon.createTensor(shape, addon.TF_UINT8, bytes);
    const quantised = run("Bitcast", [type("T", addon.TF_UINT8), type("type", dataTypes.unsignedByte)], [stored]);
    const bounds = [range.minimum, range.minimum + 255 * range.scale].map((value) =>
      addon.createTensor([], addon.TF_FLOAT, Float32Array.of(value)),
    );
    return run("Dequantize", [type("T", dataTypes.unsignedByte), mode], [quantised, ...bounds]);
  });
}

/**
 * Reads weights of an open file through one buffer, because reading the whole file would raise peak memory. The
 * reader throws RangeError if the file is truncated.
 */
export function weightReader(file: number, { weights }: NativeSignature): ReadWeight {
  const buffer = Buffer.alloc(Math.max(0, ...weights.map(bytesOf)));
  return (offset, length) => {
    const read = readSync(file, buffer, 0, length, offset);
    if (read < length) throw new RangeError(`the file ends before byte ${offset + length}`);
    return buffer.subarray(0, length);
  };
}

function bytesOf({ shape, quantised }: Weight): number {
  return shape.reduce((a, b) => a * b, 1) * (quantised ? 1 : 4);
}
