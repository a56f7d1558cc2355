import type { Addon } from "./addon.ts";
import { dataTypes } from "./data-types.ts";
import type { NativeSignature } from "./signature.ts";

type Mapped = NativeSignature["mapped"];

/** The number of bytes that a file of mapped weights has at least. */
export function mappedBytes(mapped: Mapped): number {
  return mapped.reduce((most, { offset, shape }) => Math.max(most, offset + lengthOf(shape)), 0);
}

/**
 * Returns the tensors of mapped weights, in order. TensorFlow maps the file (an absolute path) and reads it where it is
 * needed: no byte is copied, and the system may forget pages that are no longer read.
 */
export function mapWeights(addon: Addon, file: string, mapped: Mapped): readonly number[] {
  if (mapped.length === 0) return [];
  const type = (name: string, value: number) => ({ name, type: addon.TF_ATTR_TYPE, value });
  const integers = (values: readonly number[]) =>
    addon.createTensor([values.length], addon.TF_INT32, Int32Array.from(values));
  const run = (name: string, attributes: Parameters<Addon["executeOp"]>[1], inputs: readonly number[]): number => {
    const [result] = addon.executeOp(name, attributes, inputs, 1);
    if (!result) throw new TypeError(`TensorFlow's "${name}" returns nothing.`);
    return result.id;
  };
  const whole = run(
    "ImmutableConst",
    [
      type("dtype", dataTypes.signedByte),
      { name: "shape", type: addon.TF_ATTR_SHAPE, value: [mappedBytes(mapped)] },
      { name: "memory_region_name", type: addon.TF_ATTR_STRING, value: file },
    ],
    [],
  );
  try {
    return mapped.map(({ offset, shape }) => {
      const ends = [integers([offset]), integers([lengthOf(shape)])];
      const part = run("Slice", [type("T", dataTypes.signedByte), type("Index", addon.TF_INT32)], [whole, ...ends]);
      const sizes = integers(shape);
      const weight = run("Reshape", [type("T", dataTypes.signedByte), type("Tshape", addon.TF_INT32)], [part, sizes]);
      for (const used of [...ends, part, sizes]) addon.deleteTensor(used);
      return weight;
    });
  } finally {
    addon.deleteTensor(whole);
  }
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
