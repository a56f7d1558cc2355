import type { History } from "../model/history/history.ts";
import { type Tally, tallyByState } from "../model/history/tally.ts";
import { type Row, rowsOf } from "../model/timeline.ts";

/** Keeps what was made of a history until the history has grown: a page is drawn more often than events arrive. */
function derived<Value>(make: (history: History) => Value): (history: History) => Value {
  const made = new WeakMap<History, { readonly version: number; readonly value: Value }>();
  return (history) => {
    const last = made.get(history);
    if (last?.version === history.version) return last.value;
    const value = make(history);
    made.set(history, { version: history.version, value });
    return value;
  };
}

export const tallyOf: (history: History) => ReadonlyMap<string, Tally> = derived(({ runs }) => tallyByState(runs));
export const timelineOf: (history: History) => readonly Row[] = derived(rowsOf);
