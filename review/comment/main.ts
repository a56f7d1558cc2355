/**
 * `review/comment/main.ts REVIEW PREVIEW`: writes the comment for a pull request from files that the pull request's own
 * code produced.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { PreviewFacts, previewSection } from "../preview/preview.ts";
import { bounded, failureSection, mark, reportOf } from "../report/report.ts";
import { words } from "../report/sentence.ts";
import { readHostile } from "./hostile.ts";

/** Maximum number of bytes read from a file. */
const most = 20_000_000;

const [reviewFile = "", previewFile = ""] = process.argv.slice(2);
const about = words(
  "Compared with where this work began, without an account: replacements and deletions are what is expected.",
);

function read(file: string): unknown {
  const text = readFileSync(file, "utf8").slice(0, most);
  return JSON.parse(text) as unknown;
}

function reviewText(): string {
  try {
    const { reviews, failures } = readHostile(read(reviewFile));
    return [
      reportOf(reviews, about),
      ...Object.entries(failures).map(([stack, message]) => failureSection(stack, message)),
    ].join("\n");
  } catch {
    return `${mark}\n\n## What this change does\n\nThe review of this change failed: see the run of the workflow "Review".\n`;
  }
}

function previewText(): readonly string[] {
  try {
    return z.array(PreviewFacts).max(50).parse(read(previewFile)).map(previewSection);
  } catch {
    // If there are no credentials, there is no preview.
    return [];
  }
}

process.stdout.write(bounded([reviewText(), ...previewText()].join("\n")));
