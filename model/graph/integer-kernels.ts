import { type Attribute, attribute } from "./graph-def.ts";

/** A convolution in integers, named as in TensorFlow's public operations. */
export type IntegerOperation =
  | "QuantizedConv2DWithBias"
  | "QuantizedConv2DWithBiasAndRequantize"
  | "QuantizedConv2DWithBiasAndReluAndRequantize";

/**
 * The operation that TensorFlow puts in the place of a public one when a session starts. Written into the file at once, it
 * takes weights that are no constants: they stay out of the graph, which TensorFlow copies eight times on its way to the
 * first run. The kernel brings the weights of its first run into its own order and keeps them, so they must not change.
 */
export const kernelOperation = (operation: IntegerOperation): string => `_Mkl${operation}`;

/** What TensorFlow adds to the attributes of the public operation (mkl_layout_pass.cc). */
export const kernelAttributes: Readonly<Record<string, Attribute>> = {
  _kernel: attribute.string("QuantizedMklOp"),
  is_filter_const: attribute.yes,
  is_bias_const: attribute.yes,
  data_format: attribute.string("NHWC"),
  padding_list: attribute.integers([]),
};
