import { type Attribute, attribute } from "./graph-def.ts";

/** An integer convolution, by the name of TensorFlow's public operation. */
export type IntegerOperation =
  | "QuantizedConv2DWithBias"
  | "QuantizedConv2DWithBiasAndRequantize"
  | "QuantizedConv2DWithBiasAndReluAndRequantize";

/**
 * The operation with which TensorFlow replaces a public operation when a session starts. If the file already contains
 * the replacement, its weights need not be constants. They can then stay out of the graph, which TensorFlow copies
 * eight times before the first run. The kernel reorders the weights of its first run and keeps them, so the weights
 * must not change afterwards.
 */
export const kernelOperation = (operation: IntegerOperation): string => `_Mkl${operation}`;

/** Attributes that TensorFlow adds to those of the public operation (mkl_layout_pass.cc). */
export const kernelAttributes: Readonly<Record<string, Attribute>> = {
  _kernel: attribute.string("QuantizedMklOp"),
  is_filter_const: attribute.yes,
  is_bias_const: attribute.yes,
  data_format: attribute.string("NHWC"),
  padding_list: attribute.integers([]),
};
