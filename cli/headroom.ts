/** `npm run headroom -- <executionId>`: how near an execution came to each limit. */
import { firstToBreak, type Headroom, headroomOf, quantity } from "../contract/headroom/headroom.ts";
import type { MemoryUse } from "../contract/headroom/run-facts.ts";
import { classifyingWorkflows } from "../contract/release.ts";
import { fitted } from "../lib/help.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { gatherRun, type Run } from "./headroom/gather.ts";
import { memoryOf } from "./headroom/memory.ts";
import { headroomHelp, readHeadroomOptions } from "./headroom/options.ts";
import { padded } from "./output/text.ts";
import { findTarget, type ReleaseTarget } from "./release/target.ts";
import { columnsOf, type Surroundings } from "./run.ts";

/** The command without its process. */
export async function headroom(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  try {
    const options = readHeadroomOptions(parameters);
    if (options.help) {
      stdout.write(fitted(headroomHelp, columnsOf(stdout)));
      return exitCodes.allClassified;
    }
    const target = await findTarget(options, surroundings);
    const run = await gatherRun(target.states, target.workflows[classifyingWorkflows.main] ?? "", options.executionId);
    const memory = await memoryIfReadable(target, run, stderr);
    const lines = headroomOf({ ...run.facts, memory }, run.limits);
    const text = options.json
      ? JSON.stringify({ images: run.facts.images, lines })
      : described(run.facts.images, lines);
    stdout.write(`${text}\n`);
    return exitCodes.allClassified;
  } catch (error) {
    if (surroundings.signal?.aborted) return exitCodes.interrupted;
    const failure = error instanceof CommandFailure ? error : refusal(error);
    stderr.write(`${failure.message}\n`);
    return failure.exitCode;
  }
}

/** Whoever may read executions may not be allowed to read logs: then memory is left out, and the reason is shown. */
async function memoryIfReadable(
  { logs, functionNames }: ReleaseTarget,
  { startedAt, stoppedAt }: Run,
  stderr: Surroundings["stderr"],
): Promise<readonly MemoryUse[]> {
  try {
    return await memoryOf(logs, functionNames, [startedAt, stoppedAt]);
  } catch (error) {
    const { name, message } = error as Error;
    stderr.write(`Memory is left out, because the functions' logs cannot be read (${name}: ${message}).\n`);
    return [];
  }
}

function refusal(error: unknown): CommandFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new CommandFailure(exitCodes.endpointRefused, `The stack cannot be read. ${name}: ${message}`, {
    cause: error,
  });
}

/** Below this number of images, what was used is mostly what every run uses. */
const fewImages = 100;

/** The lines as a table, and in a sentence what breaks first. */
export function described(images: number, lines: readonly Headroom[]): string {
  const rows = lines.map((line) => [
    line.limit,
    `${quantity(line.used, line.unit)} of ${quantity(line.most, line.unit)}`,
    `${(100 * line.share).toFixed(1)} %`,
    line.breaksAt === undefined ? `- (${line.constant})` : `${line.breaksAt.toLocaleString("en")} images`,
  ]);
  const headings = ["limit", "used", "share", "reached at the earliest at"];
  const widths = headings.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const table = [headings, ...rows].map((row) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const first = firstToBreak(lines);
  const sentence = first
    ? `With these settings, the first limit that grows with the number of images is reached at ${first.breaksAt?.toLocaleString("en")} images or more: ${first.limit}.`
    : "No limit grows with the number of images.";
  const few =
    "A run of so few images says little, because most of what was used does not grow with them: run 100 or more.";
  const title = `${images.toLocaleString("en")} ${images === 1 ? "image" : "images"}`;
  return [title, ...table, sentence, ...(images < fewImages ? [few] : [])].join("\n");
}
