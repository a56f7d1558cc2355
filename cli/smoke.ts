/** `npm run smoke -- --stack NAME`: checks that the deployed model gives the same predictions as the built model. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fitted } from "../lib/help.ts";
import { printable } from "../lib/printable.ts";
import { Client } from "./api/client.ts";
import { findEndpoint } from "./api/endpoint.ts";
import { classify } from "./classify.ts";
import { CommandFailure, type ExitCode, exitCodes } from "./failure.ts";
import { differencesFromGolden } from "./golden.ts";
import { type Options, readSmokeOptions, smokeHelp } from "./options.ts";
import { streamProgress } from "./output/progress.ts";
import { columnsOf } from "./output/stream.ts";
import type { Surroundings } from "./run.ts";
import { type SmokePhoto, smokeModel, smokePhoto } from "./smoke-photo.ts";

/** Compares an endpoint with the golden predictions after a first classification. Exit code 1 if a prediction differs. */
export async function smoke(parameters: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    const options = readSmokeOptions(parameters);
    if (options.help) {
      surroundings.stdout.write(fitted(smokeHelp, columnsOf(surroundings.stdout)));
      return exitCodes.allClassified;
    }
    return await compare(options, await smokePhoto(await smokeModel(options, surroundings)), surroundings);
  } catch (error) {
    if (surroundings.signal?.aborted) return exitCodes.interrupted;
    if (!(error instanceof CommandFailure)) throw error;
    surroundings.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function compare(options: Options, sample: SmokePhoto, surroundings: Surroundings): Promise<ExitCode> {
  const { golden } = sample;
  const { rows, failure, executionFailed } = await classifyTwice(options, sample, surroundings);
  if (failure) throw failure;
  const [row] = rows;
  if (executionFailed || !row || row.error) {
    surroundings.stderr.write(
      `The picture has no prediction: ${printable(row?.error?.message ?? "the execution failed")}\n`,
    );
    return executionFailed ? exitCodes.executionFailed : exitCodes.someImagesFailed;
  }
  const differences = differencesFromGolden(golden, row.predictions);
  for (const line of differences) surroundings.stderr.write(`${line}\n`);
  if (differences.length > 0) return exitCodes.someImagesFailed;
  const count = golden.top.length === 1 ? "golden prediction" : `${golden.top.length} golden predictions`;
  surroundings.stdout.write(`The endpoint returns the ${count}, "${golden.top[0]?.label}" first.\n`);
  return exitCodes.allClassified;
}

/** The first call may have to load the model; the second one counts. */
async function classifyTwice(
  options: Options,
  { golden, name, bytes, contentType }: SmokePhoto,
  surroundings: Surroundings,
) {
  const { stderr, timing, signal } = surroundings;
  const client = new Client(await findEndpoint(options, surroundings), timing, signal);
  const progress = streamProgress(stderr);
  const folder = await mkdtemp(path.join(os.tmpdir(), "dlw-smoke-"));
  try {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    const once = () =>
      classify(
        [{ name, kind: "photo", file, contentType }],
        { topK: golden.top.length },
        {
          client,
          progress,
          ...(signal ? { signal } : {}),
        },
      );
    const first = await once();
    return first.failure ? first : await once();
  } finally {
    progress.end();
    await rm(folder, { recursive: true, force: true });
  }
}
