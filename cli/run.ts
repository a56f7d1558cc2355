import path from "node:path";
import { fitted } from "../lib/help.ts";
import { printableLines } from "../lib/printable.ts";
import { wrap } from "../lib/wrap.ts";
import { Client, type ClientTiming } from "./api/client.ts";
import { findEndpoint } from "./api/endpoint.ts";
import { isLong } from "./classify.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { cancel, retryFailed } from "./follow.ts";
import { partsOf } from "./input/parts.ts";
import { help, type Options, readOptions } from "./options.ts";
import { checkSheetFile } from "./output/contact-sheet-file.ts";
import { type Progress, streamProgress } from "./output/progress.ts";
import { columnsOf, type Output } from "./output/stream.ts";
import { Session } from "./session.ts";

export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin?: AsyncIterable<Uint8Array>;
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
  const { folder, stdin } = surroundings;
  const parts = await partsOf({ names: options.inputs, folder, ...(stdin && { stdin }) }, isLong);
  for (const part of parts) {
    if (part.kind === "images" && part.skipped !== undefined) say(surroundings, part.skipped);
  }
  const session = sessionOf(await clientOf(options, surroundings), options, surroundings);
  await session.classify(parts);
  return session.end();
}

async function followExecution(executionId: string, options: Options, surroundings: Surroundings): Promise<ExitCode> {
  const client = await clientOf(options, surroundings);
  if (options.cancel) {
    surroundings.stdout.write(await cancel(executionId, client));
    return exitCodes.allClassified;
  }
  const session = sessionOf(client, options, surroundings);
  const followed = options.retryFailed ? await retryFailed(executionId, client) : executionId;
  if (options.retryFailed) say(surroundings, `Execution "${followed}" retries "${executionId}".`);
  await session.follow(followed);
  return session.end();
}

async function clientOf(options: Options, surroundings: Surroundings): Promise<Client> {
  return new Client(await findEndpoint(options, surroundings), surroundings.timing, surroundings.signal);
}

function sessionOf(client: Client, options: Options, surroundings: Surroundings): Session {
  const { stdout, stderr, folder, signal } = surroundings;
  const progress = streamProgress(stderr);
  return new Session(options, {
    client,
    progress,
    stdout: besideProgress(stdout, progress),
    say: (text) => say(surroundings, text),
    folder,
    signal,
  });
}

/** On a terminal, results are printed where the progress line is: it makes room for them. */
function besideProgress(stdout: Output, progress: Progress): Output {
  if (!stdout.isTTY) return stdout;
  return {
    isTTY: true,
    get columns() {
      return stdout.columns ?? 80;
    },
    write: (text) => {
      progress.clear();
      return stdout.write(text);
    },
    ...(stdout.once && { once: (event, listener) => stdout.once?.(event, listener) }),
  };
}

/** A message for the terminal, wrapped to its width. */
function say({ stderr }: Surroundings, text: string): void {
  const columns = columnsOf(stderr);
  const shown = printableLines(text);
  const lines = columns === undefined ? [shown] : shown.split("\n").flatMap((line) => wrap(line, columns));
  stderr.write(`${lines.join("\n")}\n`);
}
