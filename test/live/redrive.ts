import type { ExitCode } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { LiveExecution } from "./execution.ts";
import { longestMs, verdict } from "./many.ts";
import { problemsOf, uploadCopies } from "./photos.ts";
import type { LiveTarget } from "./target.ts";

/**
 * Stops an execution when some of its batches are done, redrives it, and verifies that its results are complete and that
 * it did not begin from the start.
 */
export async function redrive(count: number, target: LiveTarget, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, signal } = surroundings;
  const images = await uploadCopies(count, target);
  const execution = await LiveExecution.start(images, target);
  const before = await execution.until(
    "the end of its first batch",
    async () => {
      const counts = await execution.mapRun();
      return counts !== undefined && counts.succeeded > 0 ? counts : undefined;
    },
    longestMs,
    signal,
  );
  await execution.stop();
  const { status } = await execution.ended(longestMs, signal);
  // Its children end after it; a redrive runs only those again that have ended.
  await execution.until(
    "the end of its Map Run",
    async () => ((await execution.mapRun())?.status === "RUNNING" ? undefined : true),
    longestMs,
    signal,
  );
  stdout.write(`Stopped after ${before.succeeded} of ${before.total} batches: ${status}.\n`);
  await execution.redrive();
  const ended = await execution.ended(longestMs, signal);
  const results = await execution.results(ended);
  const problems = [
    ...(status === "ABORTED"
      ? []
      : [`It ended with ${status} before it could be stopped: name more images with --images.`]),
    ...(ended.redriveCount === 1 ? [] : [`AWS counts ${ended.redriveCount} redrives of it and not one.`]),
    ...problemsOf(results, images, target.photo),
  ];
  return verdict(problems, `Redriven: ${count} images, each has its label.\n`, surroundings);
}
