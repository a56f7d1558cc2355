import type { LitertParts } from "../../functions/inference/litert/model-file.ts";
import type { WrittenFile } from "./write-tflite.ts";

type Part = LitertParts["weights"][number];

/** Removes the weights from a TFLite file. Returns the rest of the file, and the position of each weight. */
export function withoutWeights(
  { bytes, positions }: WrittenFile,
  weights: readonly (Omit<Part, "at"> & { readonly name: string })[],
): { readonly skeleton: Uint8Array; readonly parts: LitertParts } {
  const placed = weights
    .map(({ name, shape, offset, value }) => ({ at: positions.get(name) ?? 0, shape, offset, value }))
    .sort((a, b) => a.at - b.at);
  const kept: Uint8Array[] = [];
  let end = 0;
  for (const { at, shape } of placed) {
    kept.push(bytes.subarray(end, at));
    end = at + shape.reduce((a, b) => a * b, 1);
  }
  kept.push(bytes.subarray(end));
  return { skeleton: Buffer.concat(kept), parts: { bytes: bytes.length, weights: placed } };
}
