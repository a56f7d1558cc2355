import { type RunStatus, runStatuses, type StateRun } from "./run.ts";

/** How often a state was entered, and with what results. */
export interface Tally {
  readonly total: number;
  readonly counts: Readonly<Record<RunStatus, number>>;
  readonly status: RunStatus | "pending";
}

/** Each status in words, so that it can be understood without seeing the colours. */
export const statusWords: Readonly<Record<Tally["status"], string>> = {
  pending: "not entered",
  running: "running",
  succeeded: "succeeded",
  caught: "failed and caught",
  failed: "failed",
  aborted: "aborted",
};

/**
 * The first of these statuses that occurs is the status of all runs together: running comes first, then the statuses
 * that need attention.
 */
const precedence = ["running", "failed", "aborted", "caught", "succeeded"] as const satisfies readonly RunStatus[];

const none: Readonly<Record<RunStatus, number>> = { running: 0, succeeded: 0, caught: 0, failed: 0, aborted: 0 };
export const untouched: Tally = { total: 0, counts: none, status: "pending" };

/** One tally per state that was entered, keyed by the state's name. */
export function tallyByState(runs: readonly StateRun[]): ReadonlyMap<string, Tally> {
  const byName = new Map<string, Record<RunStatus, number>>();
  for (const { name, status } of runs) {
    const counts = byName.get(name) ?? { ...none };
    counts[status] += 1;
    byName.set(name, counts);
  }
  return new Map([...byName].map(([name, counts]) => [name, tallyOf(counts)]));
}

/** Adds tallies of several histories, state by state. */
export function addTallies(all: Iterable<ReadonlyMap<string, Tally>>): ReadonlyMap<string, Tally> {
  const byName = new Map<string, Record<RunStatus, number>>();
  for (const tallies of all) {
    for (const [name, { counts }] of tallies) {
      const sum = byName.get(name) ?? { ...none };
      for (const status of runStatuses) sum[status] += counts[status];
      byName.set(name, sum);
    }
  }
  return new Map([...byName].map(([name, counts]) => [name, tallyOf(counts)]));
}

function tallyOf(counts: Readonly<Record<RunStatus, number>>): Tally {
  const total = runStatuses.reduce((sum, status) => sum + counts[status], 0);
  return { total, counts, status: precedence.find((status) => counts[status] > 0) ?? "pending" };
}

/** A tally in words: `entered 4 times: 3 succeeded, 1 running`. */
export function sentenceOf({ total, counts, status }: Tally): string {
  if (total <= 1) return statusWords[status];
  const parts = runStatuses.filter((each) => counts[each] > 0).map((each) => `${counts[each]} ${statusWords[each]}`);
  return `entered ${total} times: ${parts.join(", ")}`;
}

/** The number of retries per state, for the states that had any. */
export function retriesByState(runs: readonly StateRun[]): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  for (const { name, type, attempts } of runs) {
    // Each attempt of a Map or Parallel begins its iterations again, just as each attempt of a Task calls its resource
    // again.
    if (attempts > 1 && type !== "Pass") byName.set(name, (byName.get(name) ?? 0) + attempts - 1);
  }
  return byName;
}
