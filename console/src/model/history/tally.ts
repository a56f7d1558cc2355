import { type RunStatus, runStatuses, type StateRun } from "./run.ts";

/** How often a state was entered, and how that went. */
export interface Tally {
  readonly total: number;
  readonly counts: Readonly<Record<RunStatus, number>>;
  readonly status: RunStatus | "pending";
}

/** A status in words, for those who see no colours too. */
export const statusWords: Readonly<Record<Tally["status"], string>> = {
  pending: "not entered",
  running: "running",
  succeeded: "succeeded",
  caught: "failed and caught",
  failed: "failed",
  aborted: "aborted",
};

/** The first that occurs is the status of all runs together: running ones first, then those that need attention. */
const precedence = ["running", "failed", "aborted", "caught", "succeeded"] as const satisfies readonly RunStatus[];

const none: Readonly<Record<RunStatus, number>> = { running: 0, succeeded: 0, caught: 0, failed: 0, aborted: 0 };
export const untouched: Tally = { total: 0, counts: none, status: "pending" };

/** One tally for each state that was entered, by its name. */
export function tallyByState(runs: readonly StateRun[]): ReadonlyMap<string, Tally> {
  const byName = new Map<string, Record<RunStatus, number>>();
  for (const { name, status } of runs) {
    const counts = byName.get(name) ?? { ...none };
    counts[status] += 1;
    byName.set(name, counts);
  }
  return new Map([...byName].map(([name, counts]) => [name, tallyOf(counts)]));
}

function tallyOf(counts: Readonly<Record<RunStatus, number>>): Tally {
  const total = runStatuses.reduce((sum, status) => sum + counts[status], 0);
  return { total, counts, status: precedence.find((status) => counts[status] > 0) ?? "pending" };
}

/** `3 of 5 succeeded, 1 running`: what a tally says in words. */
export function sentenceOf({ total, counts, status }: Tally): string {
  if (total <= 1) return statusWords[status];
  const parts = runStatuses.filter((each) => counts[each] > 0).map((each) => `${counts[each]} ${statusWords[each]}`);
  return `entered ${total} times: ${parts.join(", ")}`;
}

/** How many attempts of each state were retries, where there were any. */
export function retriesByState(runs: readonly StateRun[]): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  for (const { name, type, attempts } of runs) {
    // A Map or Parallel begins its iterations once per attempt, like a Task its call.
    if (attempts > 1 && type !== "Pass") byName.set(name, (byName.get(name) ?? 0) + attempts - 1);
  }
  return byName;
}
