import type { History } from "../model/history/history.ts";
import { addTallies, retriesByState, type Tally, tallyByState } from "../model/history/tally.ts";
import { requestIdOf } from "../model/logs/attempt.ts";
import { type Row, rowsOf } from "../model/timeline.ts";
import { type Taken, takenIn } from "../model/workflow/taken.ts";
import type { FollowedExecution } from "../state/followed-execution.ts";

/**
 * Caches a value that is computed from a history until the history grows, because the page is drawn more often than
 * events arrive.
 */
export function derived<Value>(compute: (history: History) => Value): (history: History) => Value {
  const kept = new WeakMap<History, { readonly version: number; readonly value: Value }>();
  return (history) => {
    const last = kept.get(history);
    if (last?.version === history.version) return last.value;
    const value = compute(history);
    kept.set(history, { version: history.version, value });
    return value;
  };
}

/** Lambda's ids of the calls that succeeded. */
export const requestIdsOf: (history: History) => ReadonlySet<string> = derived(
  ({ events }) => new Set(events.flatMap((event) => requestIdOf(event) ?? [])),
);
const ownTallies: (history: History) => ReadonlyMap<string, Tally> = derived(({ runs }) => tallyByState(runs));
export const retriesOf: (history: History) => ReadonlyMap<string, number> = derived(({ runs }) => retriesByState(runs));
export const timelineOf: (history: History) => readonly Row[] = derived(rowsOf);
const ownTaken: (history: History) => Taken = derived(takenIn);

/** The tallies of all states, those of child executions included. */
export function tallyOf({ history, childStates }: FollowedExecution): ReadonlyMap<string, Tally> {
  const own = ownTallies(history);
  return childStates.tallies.size === 0 ? own : addTallies([own, childStates.tallies]);
}

/** The transitions that the execution or one of its children took. */
export function takenOf({ history, childStates }: FollowedExecution): Taken {
  const own = ownTaken(history);
  return childStates.taken.size === 0 ? own : new Set([...own, ...childStates.taken]);
}
