import { z } from "zod";
import { ModelError } from "./error.ts";

const Dimension = z.looseObject({ size: z.union([z.string(), z.number()]).transform(String) });
const Shape = z.looseObject({ dim: z.array(Dimension).optional(), unknownRank: z.boolean().optional() });
const Node = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const Endpoint = z.looseObject({ name: z.string(), tensorShape: Shape.optional() });
const Weight = z.looseObject({
  name: z.string(),
  shape: z.array(z.number().int()),
  dtype: z.string(),
  quantization: z
    .looseObject({ dtype: z.string(), scale: z.number().optional(), min: z.number().optional() })
    .optional(),
});

/** The fields of a TF.js graph model's `model.json` that this project reads. */
export const TfjsGraphModel = z.looseObject({
  format: z.literal("graph-model"),
  modelTopology: z.looseObject({ node: z.array(Node).min(1) }),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(Weight) })),
  signature: z.looseObject({
    inputs: z.record(z.string(), Endpoint),
    outputs: z.record(z.string(), Endpoint),
  }),
});
export type TfjsGraphModel = z.infer<typeof TfjsGraphModel>;
export type TfjsNode = z.infer<typeof Node>;
export type TfjsWeight = z.infer<typeof Weight>;

/** Number of bytes of a weight in its file. */
export function storedBytes({ dtype, quantization, shape }: TfjsWeight): number {
  const type = quantization?.dtype ?? dtype;
  const width = quantization ? { uint8: 1 }[type] : { bool: 1, int32: 4, float32: 4 }[type];
  if (width === undefined) {
    throw new ModelError(
      "ModelNotUnderstood",
      `The model has weights stored as "${type}": convert it with --quantize_uint8 or without quantisation.`,
    );
  }
  return width * shape.reduce((a, b) => a * b, 1);
}

/**
 * The model's only input and only output. @throws ModelError "ModelShapeMismatch" when there is not exactly one of each
 */
export function endpoints(model: TfjsGraphModel): { readonly input: string; readonly output: string } {
  const only = (what: string, all: Readonly<Record<string, z.infer<typeof Endpoint>>>): string => {
    const [one, ...others] = Object.values(all);
    if (one && others.length === 0) return one.name.replace(/:\d+$/, "");
    const count = Object.keys(all).length;
    throw new ModelError(
      "ModelShapeMismatch",
      `The model has ${count} ${what}s, not 1: a classifier takes one picture and returns one list.`,
    );
  };
  return { input: only("input", model.signature.inputs), output: only("output", model.signature.outputs) };
}
