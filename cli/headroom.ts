/** `npm run headroom -- <executionId>`: how near an execution came to each limit. */
import { fewImages, firstToBreak, type Headroom, headroomOf, quantity } from "../contract/headroom/headroom.ts";
import type { MemoryUse } from "../contract/headroom/run-facts.ts";
import { classifyingWorkflows } from "../contract/release.ts";
import { fitted } from "../lib/help.ts";
import { wrap } from "../lib/wrap.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { gatherRun, type Run } from "./headroom/gather.ts";
import { memoryOf } from "./headroom/memory.ts";
import { headroomHelp, readHeadroomOptions } from "./headroom/options.ts";
import { columnsOf } from "./output/stream.ts";
import { padded } from "./output/text.ts";
import { findTarget, type ReleaseTarget } from "./release/target.ts";
import type { Surroundings } from "./run.ts";

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
      : described(run.facts.images, lines, columnsOf(stdout));
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
  { logs, logGroups }: ReleaseTarget,
  { startedAt, stoppedAt }: Run,
  stderr: Surroundings["stderr"],
): Promise<readonly MemoryUse[]> {
  if (Object.keys(logGroups).length === 0) {
    stderr.write('Memory is left out, because the stack has no output "logGroupNames": run pulumi up.\n');
    return [];
  }
  try {
    return await memoryOf(logs, logGroups, [startedAt, stoppedAt]);
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

/**
 * The lines as a table, and in a sentence what breaks first.
 * @param columns width of the terminal; a table that is wider is written as two lines per limit
 */
export function described(images: number, lines: readonly Headroom[], columns?: number): string {
  const first = firstToBreak(lines);
  const sentence = first
    ? `With these settings, the first limit that grows with the number of images is reached at ${first.breaksAt?.toLocaleString("en")} images or more: ${first.limit}.`
    : "No limit grows with the number of images.";
  const few =
    "A run of so few images says little, because most of what was used does not grow with them: run 100 or more.";
  const title = `${images.toLocaleString("en")} ${images === 1 ? "image" : "images"}`;
  const fits = (text: string) => (columns === undefined ? [text] : wrap(text, columns));
  const table = sideBySide(lines);
  const isTooWide = table.some((line) => line.length > (columns ?? Number.POSITIVE_INFINITY));
  const shown = isTooWide ? stacked(lines).flatMap(([limit, use]) => [limit, ...indented(use, columns ?? 80)]) : table;
  return [title, ...shown, ...fits(sentence), ...(images < fewImages ? fits(few) : [])].join("\n");
}

const useOf = ({ used, most, unit }: Headroom): string => `${quantity(used, unit)} of ${quantity(most, unit)}`;
const shareOf = ({ share }: Headroom): string => `${(100 * share).toFixed(1)} %`;
const breakOf = ({ breaksAt }: Headroom): string | undefined =>
  breaksAt === undefined ? undefined : `${breaksAt.toLocaleString("en")} images`;

function sideBySide(lines: readonly Headroom[]): readonly string[] {
  const rows = lines.map((line) => [line.limit, useOf(line), shareOf(line), breakOf(line) ?? `- (${line.constant})`]);
  const headings = ["limit", "used", "share", "reached at the earliest at"];
  const widths = headings.map((heading, at) => Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [headings, ...rows].map((row) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const indented = (text: string, columns: number): readonly string[] =>
  wrap(text, columns - 2).map((line) => `  ${line}`);

/** Each limit, and below it what was used. */
function stacked(lines: readonly Headroom[]): readonly (readonly [string, string])[] {
  return lines.map((line) => {
    const breaks = breakOf(line);
    const why = breaks === undefined ? line.constant : `reached at ${breaks} or more`;
    return [line.limit, `${useOf(line)} (${shareOf(line)}); ${why}`];
  });
}
