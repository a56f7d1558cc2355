import type { History } from "./history/history.ts";
import { placeOf, type StateRun, scopesOf } from "./history/run.ts";

/** A row of the timeline: one run of a state, as a bar between two moments. */
export interface Row {
  readonly run: StateRun;
  /** Nesting depth in Maps and Parallels. */
  readonly depth: number;
  readonly location: string;
}

/** The span that the timeline shows, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows in the order of the picture: a state, then what ran inside it, iteration by iteration. */
export function rowsOf({ runs }: History): readonly Row[] {
  const rows: Row[] = [];
  const add = (run: StateRun): void => {
    rows.push({ run, depth: [...scopesOf(run)].length, location: placeOf(run) });
    for (const scope of run.scopes) for (const inner of scope.runs) add(inner);
  };
  for (const run of runs) if (run.scope === undefined) add(run);
  return rows;
}

/** From the execution's start to its end, or to now; never empty, so that it can be divided by. */
export function spanOf({ startedAt, endedAt }: History, now: number): Span {
  return { from: startedAt, to: Math.max(endedAt ?? now, startedAt + 1) };
}

/** The position of a moment in a span, 0 to 1. */
export function positionOf(at: number, { from, to }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

/** Marks of the time axis: round distances from the start, at most `most` of them, in milliseconds. */
export function ticksOf({ from, to }: Span, most = 6): readonly number[] {
  const length = to - from;
  const power = 10 ** Math.floor(Math.log10(length / most));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => length / each <= most) ?? length;
  const round = Math.max(1, step);
  return Array.from({ length: Math.floor(length / round) + 1 }, (_, at) => at * round);
}
