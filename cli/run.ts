import path from "node:path";
import { fitted } from "../lib/help.ts";
import { printableLines } from "../lib/printable.ts";
import { wrap } from "../lib/wrap.ts";
import { Client, type ClientTiming } from "./api/client.ts";
import { findEndpoint } from "./api/endpoint.ts";
import { type Classified, classify } from "./classify.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { cancel, follow, followedExitCode } from "./follow.ts";
import { collect } from "./input/collect.ts";
import type { Source } from "./input/source.ts";
import { help, type Options, readOptions, sameEndpoint } from "./options.ts";
import type { Row } from "./outcomes.ts";
import { checkSheetFile, writeSheet } from "./output/contact-sheet-file.ts";
import { JsonLines } from "./output/json-lines.ts";
import { terminalProgress } from "./output/progress.ts";
import { report } from "./output/report.ts";

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: NodeJS.ProcessEnv;
  /** The user's working directory, to which file names are relative. */
  readonly folder: string;
  /** The checkout, with the data folder of the local service. */
  readonly root: string;
  readonly timing?: Partial<ClientTiming>;
  /** Aborted by Ctrl-C; finished results are printed. */
  readonly signal?: AbortSignal;
}

/** The command without its process. Results go to stdout, everything else to stderr. */
export async function run(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    const options = readOptions(parameters);
    if (options.help) {
      surroundings.stdout.write(fitted(help, columnsOf(surroundings.stdout)));
      return exitCodes.allClassified;
    }
    if (options.html !== undefined) await checkSheetFile(path.resolve(surroundings.folder, options.html));
    return await (options.execution === undefined
      ? classifyInputs(options, surroundings)
      : followExecution(options.execution, options, surroundings));
  } catch (error) {
    if (surroundings.signal?.aborted) return exitCodes.interrupted;
    if (!(error instanceof CommandFailure)) throw error;
    say(surroundings, error.message);
    return error.exitCode;
  }
}

async function classifyInputs(options: Options, surroundings: Surroundings): Promise<ExitCode> {
  const { sources, skipped } = await collect(options.inputs, surroundings.folder);
  if (skipped !== undefined) say(surroundings, skipped);
  const client = await clientOf(options, surroundings);
  const progress = terminalProgress(surroundings.stderr);
  const { signal, stdout } = surroundings;
  const { topK, notify, format } = options;
  const lines = format === "json" ? new JsonLines(stdout) : undefined;
  const classified = await classify(sources, notify === undefined ? { topK } : { topK, notify }, {
    client,
    progress,
    ...(signal && { signal }),
    ...(lines && { onRow: (row, index) => lines.print(row, index) }),
  }).finally(() => progress.end());
  if (classified.worthShowing) await show(classified.rows, sources, options, surroundings, lines);
  if (classified.failure) say(surroundings, classified.failure.message);
  for (const executionId of classified.running) say(surroundings, howToFollow(executionId, options));
  return exitCodeOf(classified);
}

async function followExecution(executionId: string, options: Options, surroundings: Surroundings): Promise<ExitCode> {
  const client = await clientOf(options, surroundings);
  if (options.cancel) {
    surroundings.stdout.write(await cancel(executionId, client));
    return exitCodes.allClassified;
  }
  const followed = await follow(executionId, client);
  if (followed.failed) say(surroundings, `${followed.failed.code}: ${followed.failed.message}`);
  else await show(followed.rows, [], options, surroundings);
  return followedExitCode(followed);
}

async function clientOf(options: Options, surroundings: Surroundings): Promise<Client> {
  return new Client(await findEndpoint(options, surroundings), surroundings.timing, surroundings.signal);
}

/** The contact sheet is written last, so that a full disk does not lose the results. */
async function show(
  rows: readonly Row[],
  sources: readonly Source[],
  options: Options,
  surroundings: Surroundings,
  lines = new JsonLines(surroundings.stdout),
): Promise<void> {
  const { stdout, folder } = surroundings;
  if (options.format === "json") for (const [index, row] of rows.entries()) lines.print(row, index);
  else stdout.write(report(rows, options.format, columnsOf(stdout)));
  if (options.html === undefined) return;
  await writeSheet(path.resolve(folder, options.html), rows, sources);
  say(surroundings, `Contact sheet: ${options.html}`);
}

export function columnsOf({ isTTY, columns }: Output): number | undefined {
  return isTTY ? (columns ?? 80) : undefined;
}

/** A message for the terminal, wrapped to its width. */
function say({ stderr }: Surroundings, text: string): void {
  const columns = columnsOf(stderr);
  const shown = printableLines(text);
  const lines = columns === undefined ? [shown] : shown.split("\n").flatMap((line) => wrap(line, columns));
  stderr.write(`${lines.join("\n")}\n`);
}

function howToFollow(executionId: string, options: Options): string {
  const call = `npm run classify -- --execution ${executionId}${sameEndpoint(options)}`;
  return `Execution "${executionId}" continues. Follow it: ${call}; stop it: ${call} --cancel`;
}

function exitCodeOf({ rows, finished, failure, executionFailed }: Classified): ExitCode {
  if (failure?.exitCode === exitCodes.interrupted) return exitCodes.interrupted;
  if (finished === 0 && failure) return failure.exitCode;
  if (finished === 0 && executionFailed) return exitCodes.executionFailed;
  return rows.some(({ error }) => error) ? exitCodes.someImagesFailed : exitCodes.allClassified;
}
