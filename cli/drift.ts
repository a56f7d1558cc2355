/** `npm run drift`: what differs between a stack and the cloud. Changes nothing. */
import { fitted } from "../lib/help.ts";
import { driftOf } from "./drift/drift.ts";
import { lookUpImage } from "./drift/images.ts";
import { type DriftOptions, driftHelp, readDriftOptions } from "./drift/options.ts";
import { readCloud } from "./drift/refresh.ts";
import { driftReport } from "./drift/report.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { columnsOf } from "./output/stream.ts";
import type { Surroundings } from "./run.ts";

/** The command without its process. */
export async function drift(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, signal } = surroundings;
  try {
    const options = readDriftOptions(parameters);
    if (!options.help) return await compare(options, surroundings);
    stdout.write(fitted(driftHelp, columnsOf(stdout)));
    return exitCodes.allClassified;
  } catch (error) {
    if (signal?.aborted) {
      stderr.write("Interrupted: nothing was changed.\n");
      return exitCodes.interrupted;
    }
    if (!(error instanceof CommandFailure)) throw error;
    stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function compare({ stack, json }: DriftOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, root, environment, signal } = surroundings;
  const line = progressLine(surroundings);
  const readings = await readCloud(stack, {
    root,
    environment,
    progress: line.show,
    ...(signal ? { signal } : {}),
  }).finally(line.end);
  const found = await driftOf(readings, lookUpImage);
  stdout.write(
    json ? `${JSON.stringify({ stack, ...found }, null, 2)}\n` : driftReport(stack, found, columnsOf(stdout)),
  );
  return found.differences.length === 0 ? exitCodes.allClassified : exitCodes.someImagesFailed;
}

/** How many resources have been read, on a terminal; nothing elsewhere, where it would only be noise in a log. */
function progressLine({ stderr }: Surroundings) {
  if (!stderr.isTTY) return { show() {}, end() {} };
  return {
    show(read: number, begun: number) {
      stderr.write(`\r${read} of ${Math.max(read, begun)} resources read`);
    },
    end() {
      stderr.write("\r\u001b[2K");
    },
  };
}
