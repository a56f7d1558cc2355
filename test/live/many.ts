import { type ExitCode, exitCodes } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { LiveExecution } from "./execution.ts";
import { problemsOf, uploadCopies } from "./photos.ts";
import type { LiveTarget } from "./target.ts";

/** Time for one execution, in milliseconds. A new account runs ten functions at once. */
export const longestMs = 30 * 60_000;
const shownProblems = 10;

/** Classifies many images in one execution and verifies that it was a Distributed Map and that no image is lost. */
export async function many(
  count: number,
  target: LiveTarget,
  { stdout, stderr, signal }: Surroundings,
): Promise<ExitCode> {
  const images = await uploadCopies(count, target);
  const started = Date.now();
  const execution = await LiveExecution.start(images, target);
  const results = await execution.results(await execution.ended(longestMs, signal));
  const seconds = (Date.now() - started) / 1_000;
  const batches = await execution.mapRun();
  const problems = [
    ...problemsOf(results, images, target.photo),
    ...(batches === undefined ? [`It has no Map Run: ${count} images are few enough for an inline Map.`] : []),
    ...(batches !== undefined && batches.succeeded !== batches.total
      ? [`Its Map Run has ${batches.total} batches, of which ${batches.succeeded} succeeded.`]
      : []),
  ];
  return verdict(
    problems,
    `${count} images in ${batches?.total} batches, ${seconds.toFixed(1)} s: each has its label.\n`,
    {
      stdout,
      stderr,
    },
  );
}

/** Prints the success, or the first problems. */
export function verdict(
  problems: readonly string[],
  success: string,
  { stdout, stderr }: Pick<Surroundings, "stdout" | "stderr">,
): ExitCode {
  if (problems.length === 0) {
    stdout.write(success);
    return exitCodes.allClassified;
  }
  for (const problem of problems.slice(0, shownProblems)) stderr.write(`${problem}\n`);
  if (problems.length > shownProblems) stderr.write(`… and ${problems.length - shownProblems} more problems.\n`);
  return exitCodes.someImagesFailed;
}
