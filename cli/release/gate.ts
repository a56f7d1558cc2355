import type { Rates } from "./rates.ts";

export interface GateRules {
  /** Number of executions of the new release that must end before it gets more traffic. */
  readonly executions: number;
  /** Maximum amount by which the share of failures may exceed that of the old release, as a fraction. */
  readonly tolerance: number;
}

/** With fewer failures than this, the difference may be chance. */
const fewestFailures = 3;

/** Why a release must not continue, in one sentence; undefined if it may. */
export function objection(newer: Rates, older: Rates, { tolerance }: GateRules): string | undefined {
  const kinds = [
    ["executions failed", newer.failedExecutions, newer.executions, older.failedExecutions, older.executions],
    [
      "images ended with ClassificationFailed or ClassificationTimeout",
      newer.failedImages,
      newer.images,
      older.failedImages,
      older.images,
    ],
  ] as const;
  for (const [what, failed, all, failedBefore, allBefore] of kinds) {
    const before = share(failedBefore, allBefore);
    if (failed < fewestFailures || share(failed, all) <= before + tolerance) continue;
    const compared =
      allBefore === 0 ? "the old release had none in this period" : `${percent(before)} with the old release`;
    return `${failed} of ${all} ${what} with the new release (${percent(share(failed, all))}; ${compared})`;
  }
  return undefined;
}

/** Whether enough executions ran on the new release to conclude that it works. */
export function isEnough(newer: Rates, { executions }: GateRules): boolean {
  return newer.executions >= executions;
}

function share(part: number, all: number): number {
  return all === 0 ? 0 : part / all;
}

export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
