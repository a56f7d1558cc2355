import type { Row, Span } from "./timeline.ts";

/** A part of a timeline's span cannot be shorter, in milliseconds. */
const shortest = 1;

/** Makes the shown range shorter or longer around a moment, within the whole span. @param factor above 1: shorter */
export function zoomed(range: Span, whole: Span, factor: number, around = (range.from + range.to) / 2): Span {
  const length = Math.min(whole.to - whole.from, Math.max(shortest, (range.to - range.from) / factor));
  const share = (around - range.from) / (range.to - range.from);
  return within({ from: around - share * length, to: around + (1 - share) * length }, whole);
}

/** Moves the shown range by a part of its length, within the whole span. @param part below 0: earlier */
export function panned({ from, to }: Span, whole: Span, part: number): Span {
  const by = (to - from) * part;
  return within({ from: from + by, to: to + by }, whole);
}

/** The range between two moments in any order, within the whole span. */
export function between(one: number, other: number, whole: Span): Span {
  const from = Math.min(one, other);
  return within({ from, to: Math.max(from + shortest, one, other) }, whole);
}

function within({ from, to }: Span, whole: Span): Span {
  const length = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - length);
  return { from: start, to: start + length };
}

/** The rows whose state ran in the range. */
export function rowsIn(rows: readonly Row[], { from, to }: Span): readonly Row[] {
  return rows.filter(({ run }) => run.enteredAt <= to && (run.exitedAt ?? Number.POSITIVE_INFINITY) >= from);
}
