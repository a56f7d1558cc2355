import type { ProcessorClass } from "../functions/inference/processor.ts";

/**
 * One comparison: this project against a named peer, measured in the same run. In every unit used here, lower is
 * better.
 */
export interface Figure {
  readonly name: string;
  readonly peer: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: "ms" | "MB";
  readonly ratio: number;
  /**
   * `must` is the ratio that may not be exceeded, and `reach` is the ratio to aim for. Both are absent if the figure is
   * only shown.
   */
  readonly must?: number;
  readonly reach?: number;
}

type Aim = readonly [must: number, reach: number];

/**
 * Aims for the figures that depend on whether the processor has instructions that multiply bytes and accumulate in 32
 * bits (VNNI).
 */
export function aimsOf(processor: ProcessorClass): { readonly warmPhoto: Aim; readonly inferOnly: Aim } {
  return processor.endsWith("vnni")
    ? { warmPhoto: [0.55, 0.45], inferOnly: [0.4, 0.33] }
    : { warmPhoto: [0.65, 0.55], inferOnly: [0.5, 0.42] };
}

/** Since Node 24, V8 uses a newer instruction for integers in WebAssembly. */
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
