import type { ExecutionRecord } from "../store/execution-store.ts";
import type { MapRunRecord } from "../store/map-run-store.ts";

/** How many child executions, or how many of their items, have each status, as in DescribeMapRun. */
export interface Counts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable: number;
  readonly pendingRedrive: number;
}

const fields = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
  PENDING_REDRIVE: "pendingRedrive",
} as const;

/** Returns the status of a child. A failed child that its redriven Map Run has not run again yet is PENDING_REDRIVE. */
export function childStatus(run: MapRunRecord | undefined, child: ExecutionRecord): keyof typeof fields {
  const { status, mapRun } = child;
  const ended = status !== "RUNNING" && status !== "SUCCEEDED";
  const waits = ended && run?.status === "RUNNING" && (mapRun?.redriveCount ?? 0) < run.redriveCount;
  return waits ? "PENDING_REDRIVE" : status;
}

export function countsOf(
  run: MapRunRecord,
  children: readonly (ExecutionRecord | undefined)[],
): { readonly executionCounts: Counts; readonly itemCounts: Counts } {
  const counts = (total: number, weight: (child: ExecutionRecord) => number): Counts => {
    const sums = { running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, pendingRedrive: 0 };
    let begun = 0;
    for (const child of children) {
      if (child === undefined) continue;
      sums[fields[childStatus(run, child)]] += weight(child);
      begun += weight(child);
    }
    const resultsWritten = run.written ? begun : 0;
    return { ...sums, total, pending: total - begun, resultsWritten, failuresNotRedrivable: 0 };
  };
  return {
    executionCounts: counts(run.children ?? 0, () => 1),
    itemCounts: counts(run.items ?? 0, ({ mapRun }) => mapRun?.items ?? 0),
  };
}
