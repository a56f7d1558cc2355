import type { History } from "./history/history.ts";
import { placeOf, type StateRun, scopesOf } from "./history/run.ts";

/** A row of the timeline: one run of a state, as a bar between two moments. */
export interface Row {
  readonly run: StateRun;
  /** Nesting depth in Maps and Parallels. */
  readonly depth: number;
  readonly location: string;
}

/** The time range that the timeline shows, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Rows in display order: a state, then the runs inside it, iteration by iteration. */
export function rowsOf({ runs }: History): readonly Row[] {
  const rows: Row[] = [];
  const add = (run: StateRun): void => {
    rows.push({ run, depth: [...scopesOf(run)].length, location: placeOf(run) });
    for (const scope of run.scopes) for (const inner of scope.runs) add(inner);
  };
  for (const run of runs) if (run.scope === undefined) add(run);
  return rows;
}

/**
 * From the start of the execution to its end, or to now if it is running. Never empty, so that dividing by its length
 * is safe.
 */
export function spanOf({ startedAt, endedAt }: History, now: number): Span {
  return { from: startedAt, to: Math.max(endedAt ?? now, startedAt + 1) };
}

/** The position of a time within a span, from 0 to 1. */
export function positionOf(at: number, { from, to }: Span): number {
  return Math.min(1, Math.max(0, (at - from) / (to - from)));
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Distances of marks that people read easily, up to a day. */
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
];

/**
 * Marks on the time axis: round offsets in milliseconds from a moment, at most `most` intervals.
 * @param origin the moment, in milliseconds since 1970. @default the span's start
 */
export function ticksOf({ from, to }: Span, origin = from, most = 6): readonly number[] {
  const length = to - from;
  const round = steps.find((step) => length / step <= most) ?? Math.ceil(length / most / day) * day;
  const first = Math.ceil((from - origin) / round);
  const last = Math.floor((to - origin) / round);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * round);
}
