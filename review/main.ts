/**
 * `npm run review -- --base <git ref>`: prints as Markdown or JSON what the working tree would change in each stack.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { exitOnSignals, exitWithoutOutput } from "../lib/exit.ts";
import { fitted } from "../lib/help.ts";
import { printableLines } from "../lib/printable.ts";
import { commitOf, mergeBaseOf } from "./base/git.ts";
import { help, type Options, readOptions } from "./options.ts";
import { previewFacts, previewSection } from "./preview/preview.ts";
import { dataOf } from "./report/data.ts";
import { failureSection, reportOf } from "./report/report.ts";
import { say } from "./report/sentence.ts";
import { review } from "./review.ts";
import { ReviewError } from "./review-error.ts";
import { isAtLeast } from "./risk.ts";

const exitCodes = { done: 0, headFails: 1, usage: 2, risk: 3 } as const;
const root = path.resolve(import.meta.dirname, "..");

// The base's temporary folder is removed when the process exits.
exitOnSignals();
exitWithoutOutput();

async function run({ base, exact, json, failOn, stacks, previews }: Options): Promise<number> {
  // The evaluation takes minutes: a file that cannot be used is reported before.
  const known = Object.entries(previews).map(([stack, file]) => previewFacts(stack, previewText(file)));
  const named = await commitOf(root, base);
  const commit = exact ? named : await mergeBaseOf(root, named);
  const { reviews, failures } = await review(root, commit, stacks);
  if (json) {
    process.stdout.write(`${JSON.stringify(dataOf(commit, reviews, failures), undefined, 2)}\n`);
  } else {
    const about = say`Compared with ${base}${exact ? [] : [" (where this work began)"]}, without an account: replacements and deletions are predictions.`;
    const failed = Object.entries(failures).map(([stack, message]) => failureSection(stack, message));
    process.stdout.write([reportOf(reviews, about), ...failed, ...known.map(previewSection)].join("\n"));
  }
  for (const [stack, message] of Object.entries(failures))
    console.error(`Stack "${stack}" does not evaluate. ${printableLines(message)}`);
  if (Object.keys(failures).length > 0) return exitCodes.headFails;
  const reached = failOn !== undefined && reviews.some(({ risk }) => isAtLeast(risk, failOn));
  return reached ? exitCodes.risk : exitCodes.done;
}

/** @throws ReviewError "BadPreview" for a file that cannot be read */
function previewText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ReviewError("BadPreview", `--preview names "${file}", which cannot be read (${code}).`, { cause });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(fitted(help, process.stdout.columns));
  else process.exitCode = await run(options);
} catch (error) {
  if (!(error instanceof ReviewError)) throw error;
  console.error(`\nError: ${error.message}\n`);
  process.exitCode = exitCodes.usage;
}
