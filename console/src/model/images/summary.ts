import { bestOf, codeOf, type ImageEntry, type ImageState } from "./entry.ts";

/** How many images are in each state, and how many failed with each code. */
export interface ImageSummary {
  readonly total: number;
  readonly counts: Readonly<Record<ImageState, number>>;
  /** Images that are done according to the Map Run, but whose results have not been read yet. */
  readonly unread: number;
  /** Error codes, the most frequent first. */
  readonly codes: readonly (readonly [code: string, count: number])[];
  /** Best labels, the most frequent first. */
  readonly labels: readonly (readonly [label: string, count: number])[];
}

/** @param done number of images that are done according to the Map Runs, whose children are read one by one */
export function summarise(entries: readonly ImageEntry[], done = 0): ImageSummary {
  const counts: Record<ImageState, number> = { waiting: 0, queued: 0, running: 0, done: 0, failed: 0, aborted: 0 };
  const codes = new Map<string, number>();
  const labels = new Map<string, number>();
  for (const entry of entries) {
    counts[entry.state] += 1;
    count(codes, codeOf(entry));
    count(labels, bestOf(entry)?.label);
  }
  const unread = Math.max(0, done - doneOf({ counts, unread: 0 }));
  return {
    total: entries.length,
    counts,
    unread: takeFrom(counts, unread),
    codes: frequentFirst(codes),
    labels: frequentFirst(labels),
  };
}

function count(counts: Map<string, number>, key: string | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

function frequentFirst(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** Images that have a result, whether it has been read or not. */
export function doneOf({ counts, unread }: Pick<ImageSummary, "counts" | "unread">): number {
  return counts.done + counts.failed + unread;
}

/** Takes images out of the states without a result, those that are furthest first. Returns how many there were. */
function takeFrom(counts: Record<ImageState, number>, wanted: number): number {
  let left = wanted;
  for (const state of ["running", "queued", "waiting", "aborted"] as const) {
    const taken = Math.min(left, counts[state]);
    counts[state] -= taken;
    left -= taken;
  }
  return wanted - left;
}

/** `904 of 1,000 images classified · 3 failed · 16 in progress · 77 waiting`: every image is counted exactly once. */
export function summaryText({ total, counts, unread }: ImageSummary): string {
  const parts: readonly (readonly [number, string])[] = [
    [counts.failed, "failed"],
    [unread, "done, not read yet"],
    [counts.running, "in progress"],
    [counts.queued, "queued"],
    [counts.waiting, "waiting"],
    [counts.aborted, "without a result"],
  ];
  const rest = parts.filter(([count]) => count > 0).map(([count, words]) => `${count.toLocaleString()} ${words}`);
  const noun = total === 1 ? "image" : "images";
  return [`${counts.done.toLocaleString()} of ${total.toLocaleString()} ${noun} classified`, ...rest].join(" · ");
}
