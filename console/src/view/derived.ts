import type { History } from "../model/history/history.ts";
import { retriesByState, type Tally, tallyByState } from "../model/history/tally.ts";
import { type Row, rowsOf } from "../model/timeline.ts";
import { type Taken, takenIn } from "../model/workflow/taken.ts";

/**
 * Caches a value that is computed from a history until the history grows, because the page is drawn more often than
 * events arrive.
 */
function derived<Value>(compute: (history: History) => Value): (history: History) => Value {
  const kept = new WeakMap<History, { readonly version: number; readonly value: Value }>();
  return (history) => {
    const last = kept.get(history);
    if (last?.version === history.version) return last.value;
    const value = compute(history);
    kept.set(history, { version: history.version, value });
    return value;
  };
}

export const tallyOf: (history: History) => ReadonlyMap<string, Tally> = derived(({ runs }) => tallyByState(runs));
export const retriesOf: (history: History) => ReadonlyMap<string, number> = derived(({ runs }) => retriesByState(runs));
export const timelineOf: (history: History) => readonly Row[] = derived(rowsOf);
export const takenOf: (history: History) => Taken = derived(takenIn);
