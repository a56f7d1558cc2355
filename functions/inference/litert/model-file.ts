import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { readModelFile } from "../description.ts";

const count = z.number().int().nonnegative();

/** `litert.json`: how `litert.bin`, a TFLite file without its weights, becomes whole. */
export const LitertParts = z.object({
  /** Size of the whole file. */
  bytes: count,
  weights: z.array(
    z.object({
      /** Where they belong in the whole file. */
      at: count,
      /** HWIO, as they are in `weights.bin`; the TFLite file has OHWI. */
      shape: z.array(count).length(4),
      /** Where they are in `weights.bin`; absent if all of them are `value`. */
      offset: count.optional(),
      value: z.number().int().optional(),
    }),
  ),
});
export type LitertParts = z.infer<typeof LitertParts>;

/** Reads a TFLite file and puts its weights into it. @throws ModelFolderError */
export async function readLitert(folder: string): Promise<Uint8Array> {
  const [parts, skeleton] = await Promise.all([
    readModelFile(folder, "litert.json").then((text) => LitertParts.parse(JSON.parse(text.toString("utf8")))),
    readModelFile(folder, "litert.bin"),
  ]);
  const stored = parts.weights.some(({ offset }) => offset !== undefined);
  return assemble(skeleton, parts, stored ? readFileSync(path.join(folder, "weights.bin")) : new Uint8Array());
}

/** The whole TFLite file. */
export function assemble(skeleton: Uint8Array, { bytes, weights }: LitertParts, stored: Uint8Array): Uint8Array {
  const file = new Uint8Array(bytes);
  let copied = 0;
  let end = 0;
  for (const { at, shape, offset, value = 0 } of weights) {
    file.set(skeleton.subarray(copied, copied + at - end), end);
    copied += at - end;
    const length = shape.reduce((a, b) => a * b, 1);
    end = at + length;
    const target = file.subarray(at, end);
    if (offset === undefined) target.fill(value);
    else outputsFirst(stored.subarray(offset, offset + length), shape[3] ?? 1, target);
  }
  file.set(skeleton.subarray(copied), end);
  return file;
}

/** Writes HWIO weights as OHWI. */
export function outputsFirst(weights: Uint8Array, outputs: number, target: Uint8Array): void {
  const length = weights.length / outputs;
  for (let output = 0; output < outputs; output += 1) {
    const start = output * length;
    for (let at = 0, from = output; at < length; at += 1, from += outputs) target[start + at] = weights[from] ?? 0;
  }
}
