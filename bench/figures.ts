import type { ProcessorClass } from "../functions/inference/processor.ts";

/** Whether the class sums products of bytes in 32 bits. */
const hasVnni = (processor: ProcessorClass): boolean => processor.endsWith("vnni");

/** A ratio that may not be exceeded, and the ratio to aim for. */
export interface Aim {
  readonly must: number;
  readonly reach: number;
  /** The class of processors for which the ratios were set, if this processor is of another one. */
  readonly elsewhere?: "VNNI";
}

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
  /** Absent if the figure is only shown. */
  readonly aim?: Aim;
}

/**
 * Aims for the figures that depend on whether the processor has instructions that multiply bytes and accumulate in 32
 * bits (VNNI). `warm12mp` and `batch8` have one aim, which was set for processors that have them: on others it is
 * shown, but neither met nor missed.
 */
export function aimsOf(
  processor: ProcessorClass,
): Readonly<Record<"warmPhoto" | "inferOnly" | "warm12mp" | "batch8", Aim>> {
  const warm12mp = { must: 0.52, reach: 0.44 };
  const batch8 = { must: 0.48, reach: 0.38 };
  if (hasVnni(processor)) {
    return { warmPhoto: { must: 0.55, reach: 0.45 }, inferOnly: { must: 0.4, reach: 0.33 }, warm12mp, batch8 };
  }
  return {
    warmPhoto: { must: 0.65, reach: 0.55 },
    inferOnly: { must: 0.5, reach: 0.42 },
    warm12mp: { must: warm12mp.must, reach: warm12mp.reach, elsewhere: "VNNI" },
    batch8: { must: batch8.must, reach: batch8.reach, elsewhere: "VNNI" },
  };
}

/** Since Node 24, V8 compiles relaxed SIMD to AVX-VNNI if the processor has it. Elsewhere it computes as Node 22 does. */
export function wasmAim(flags: readonly string[], node = Number(process.versions.node.split(".")[0])): Aim {
  return node >= 24 && flags.includes("avx_vnni") ? { must: 2.6, reach: 1.8 } : { must: 4.4, reach: 3.2 };
}

export function figure(
  { name, peer, unit = "ms", aim }: { name: string; peer: string; unit?: Figure["unit"]; aim?: Aim },
  ours: number,
  theirs: number,
): Figure {
  const ratio = Number((ours / theirs).toFixed(3));
  const shown = { name, peer, ours: round(ours), theirs: round(theirs), unit, ratio };
  return aim ? { ...shown, aim } : shown;
}

/** How many musts of this processor's class are met, and which musts were set for another class, in sentences. */
export function verdict(figures: readonly Figure[], processor: ProcessorClass): string {
  const own = figures.flatMap(({ aim, ratio }) => (aim && !aim.elsewhere ? [ratio <= aim.must] : []));
  const others = figures.flatMap(({ aim, name }) => (aim?.elsewhere ? [name] : []));
  const met = `${own.filter(Boolean).length} of ${own.length} musts of ${processor} are met (medians, page cache warm).`;
  if (hasVnni(processor)) return met;
  const uncounted = others.length === 0 ? "" : ` Not counted, because their must is for VNNI: ${others.join(", ")}.`;
  return `${met}${uncounted} This processor lacks VNNI: the same command on one that has it shows the other musts.`;
}

const round = (value: number): number => Number(value.toFixed(1));
