import type { Golden } from "../contract/golden.ts";

/** Differences between golden predictions and a result, one sentence per label. The engine may run in int8. */
export function differencesFromGolden(
  { tolerance, integerTolerance = 0, top }: Golden,
  found: readonly { readonly label: string; readonly probability: number }[],
): readonly string[] {
  const most = Math.max(tolerance, integerTolerance);
  return top.flatMap(({ label, probability }) => {
    const actual = found.find((prediction) => prediction.label === label)?.probability;
    if (actual !== undefined && Math.abs(actual - probability) <= most) return [];
    const said = actual === undefined ? "is not among the best" : `has ${actual.toFixed(4)}`;
    return [`"${label}" ${said}; the golden prediction is ${probability.toFixed(4)} (tolerance ${most}).`];
  });
}
