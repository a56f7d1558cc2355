/** Forms in which the model computes. */
export const precisions = ["int8", "float32", "webassembly"] as const;
export type Precision = (typeof precisions)[number];
