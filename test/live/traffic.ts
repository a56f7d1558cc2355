import type { ExitCode } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { Outcome } from "../../contract/workflow.ts";
import { LiveExecution } from "./execution.ts";
import { longestMs, verdict } from "./many.ts";
import { problemsOf, uploadCopies } from "./photos.ts";
import type { LiveTarget } from "./target.ts";

const imagesPerExecution = 8;
const executionsAtOnce = 2;

/** Starts executions until it is interrupted, waits for those that run, and prints how many each release has run. */
export async function traffic(target: LiveTarget, surroundings: Surroundings): Promise<ExitCode> {
  const { signal } = surroundings;
  const images = await uploadCopies(imagesPerExecution, target);
  const releases = new Map<string, number>();
  const problems: string[] = [];
  const send = async (): Promise<void> => {
    while (!signal?.aborted) {
      const execution = await LiveExecution.start(images, target);
      const ended = await execution.ended(longestMs);
      problems.push(...problemsOf(await execution.results(ended), images, target.photo));
      const { release } = Outcome.parse(JSON.parse(ended.output ?? "null"));
      releases.set(release, (releases.get(release) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: executionsAtOnce }, send));
  const counts = [...releases].map(([release, count]) => `${count} of release ${release}`).join(", ");
  return verdict(problems, `Executions: ${counts}. Each image has its label.\n`, surroundings);
}
