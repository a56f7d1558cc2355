import type { ProcessorClass } from "../functions/inference/processor.ts";

/** One comparison: ours against a named peer, measured in the same run. Lower is better in every unit used here. */
export interface Figure {
  readonly name: string;
  readonly peer: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: "ms" | "MB";
  readonly ratio: number;
  /** What the ratio has to stay under, and what it aims at. Absent for a figure that is only shown. */
  readonly must?: number;
  readonly reach?: number;
}

type Aim = readonly [must: number, reach: number];

/** Aims of the figures that depend on whether the processor multiplies bytes into 32 bits. */
export function aimsOf(processor: ProcessorClass): { readonly warmPhoto: Aim; readonly inferOnly: Aim } {
  return processor.endsWith("vnni")
    ? { warmPhoto: [0.55, 0.45], inferOnly: [0.4, 0.33] }
    : { warmPhoto: [0.65, 0.55], inferOnly: [0.5, 0.42] };
}

/** V8 uses a newer instruction for WebAssembly's integers from Node 24 on. */
export const wasmAim = (node = Number(process.versions.node.split(".")[0])): Aim =>
  node >= 24 ? [2.6, 1.8] : [4.4, 3.2];

export function figure(
  { name, peer, unit = "ms", aim }: { name: string; peer: string; unit?: Figure["unit"]; aim?: Aim },
  ours: number,
  theirs: number,
): Figure {
  const ratio = Number((ours / theirs).toFixed(3));
  const shown = { name, peer, ours: round(ours), theirs: round(theirs), unit, ratio };
  return aim ? { ...shown, must: aim[0], reach: aim[1] } : shown;
}

const round = (value: number): number => Number(value.toFixed(1));
