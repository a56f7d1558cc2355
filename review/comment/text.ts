import { z } from "zod";
import { PreviewFacts, previewSection } from "../preview/preview.ts";
import { bounded, failureSection, mark, reportOf } from "../report/report.ts";
import { words } from "../report/sentence.ts";
import { readHostile } from "./hostile.ts";

/** What a run of a workflow uploaded, if it has ended: hostile data, or nothing that can be read. */
export type Upload = "running" | { readonly data?: unknown };

const about = words(
  "Compared with where this work began, without an account: replacements and deletions are predictions.",
);
const heading = `${mark}\n\n## What this change does\n\n`;

/** The comment for a pull request. A preview is undefined if there is no run, for example without credentials. */
export function commentText(review: Upload, previews: readonly (Upload | undefined)[]): string {
  return bounded([reviewText(review), ...previews.flatMap(previewText)].join("\n"));
}

function reviewText(review: Upload): string {
  if (review === "running") return `${heading}The review of this change is still running.\n`;
  try {
    const { reviews, failures } = readHostile(review.data);
    return [
      reportOf(reviews, about),
      ...Object.entries(failures).map(([stack, message]) => failureSection(stack, message)),
    ].join("\n");
  } catch {
    return `${heading}The review of this change failed: see the run of the workflow "Review".\n`;
  }
}

function previewText(preview: Upload | undefined): readonly string[] {
  if (preview === undefined || preview === "running") return [];
  const facts = z.array(PreviewFacts).max(50).safeParse(preview.data);
  return facts.success ? facts.data.map(previewSection) : [];
}
