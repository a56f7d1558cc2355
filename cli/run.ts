import { classify } from "./classify.ts";
import { Client, type ClientTiming } from "./api/client.ts";
import { collect } from "./input/collect.ts";
import { findEndpoint } from "./api/endpoint.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { help, readOptions } from "./options.ts";
import { terminalProgress } from "./output/progress.ts";
import { report } from "./output/report.ts";

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: NodeJS.ProcessEnv;
  /** Where the user is: file names are relative to it. */
  readonly folder: string;
  /** The checkout, with the data folder of the local service. */
  readonly root: string;
  readonly timing?: ClientTiming;
}

/** The command, but for the process around it. Results go to stdout, everything else to stderr. */
export async function run(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const progress = terminalProgress(surroundings.stderr);
  try {
    const options = readOptions(parameters);
    if (options.help) {
      surroundings.stdout.write(help);
      return exitCodes.allClassified;
    }
    const sources = await collect(options.inputs, surroundings.folder);
    const client = new Client(await findEndpoint(options, surroundings), surroundings.timing);
    const { rows, executionFailed } = await classify(sources, options.topK, { client, progress });
    progress.end();
    surroundings.stdout.write(report(rows, options.format));
    if (executionFailed) return exitCodes.executionFailed;
    return rows.some(({ error }) => error) ? exitCodes.someImagesFailed : exitCodes.allClassified;
  } catch (error) {
    progress.end();
    if (!(error instanceof CommandFailure)) throw error;
    surroundings.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
