import { codeOf, type ImageEntry, type ImageState } from "./entry.ts";

/** How many images are in each state, and how many failed with each code. */
export interface ImageSummary {
  readonly total: number;
  readonly counts: Readonly<Record<ImageState, number>>;
  /** Error codes, the most frequent first. */
  readonly codes: readonly (readonly [code: string, count: number])[];
}

export function summarise(entries: readonly ImageEntry[]): ImageSummary {
  const counts: Record<ImageState, number> = { waiting: 0, queued: 0, running: 0, done: 0, failed: 0, aborted: 0 };
  const codes = new Map<string, number>();
  for (const entry of entries) {
    counts[entry.state] += 1;
    const code = codeOf(entry);
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  const sorted = [...codes].sort(([, one], [, other]) => other - one);
  return { total: entries.length, counts, codes: sorted };
}

/** `904 of 1,000 images classified · 3 failed · 16 in progress · 77 waiting`: every image is counted exactly once. */
export function summaryText({ total, counts }: ImageSummary): string {
  const parts: readonly (readonly [number, string])[] = [
    [counts.failed, "failed"],
    [counts.running, "in progress"],
    [counts.queued, "queued"],
    [counts.waiting, "waiting"],
    [counts.aborted, "without a result"],
  ];
  const rest = parts.filter(([count]) => count > 0).map(([count, words]) => `${count.toLocaleString()} ${words}`);
  const noun = total === 1 ? "image" : "images";
  return [`${counts.done.toLocaleString()} of ${total.toLocaleString()} ${noun} classified`, ...rest].join(" · ");
}
