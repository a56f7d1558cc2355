/** `npm run smoke -- --stack NAME`: does the deployed model say of the sample photo what the built model says of it? */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Golden } from "../contract/golden.ts";
import { modelDirectory, samplePhotoFile } from "../contract/model.ts";
import { classify } from "./classify.ts";
import { Client } from "./api/client.ts";
import { findEndpoint } from "./api/endpoint.ts";
import { CommandFailure, type ExitCode, exitCodes, usage } from "./failure.ts";
import { readOptions } from "./options.ts";
import { terminalProgress } from "./output/progress.ts";
import type { Surroundings } from "./run.ts";
import { photo } from "./input/source.ts";

/** The golden check against an endpoint, warmed by a first classification. Exit code 1 when a prediction differs. */
export async function smoke(
  parameters: readonly string[],
  surroundings: Surroundings,
  model = modelDirectory(surroundings.environment),
): Promise<ExitCode> {
  const progress = terminalProgress(surroundings.stderr);
  try {
    const golden = await readGolden(model);
    const sample = path.join(model, samplePhotoFile);
    const source = photo(samplePhotoFile, sample);
    if (!source) throw usage(`"${sample}" is not named like a photo.`);
    const client = new Client(
      await findEndpoint(readOptions([...parameters, sample]), surroundings),
      surroundings.timing,
    );
    const once = () => classify([source], golden.top.length, { client, progress });
    await once();
    const { rows, executionFailed } = await once();
    progress.end();
    const [row] = rows;
    if (executionFailed || !row || row.error) {
      surroundings.stderr.write(
        `The sample photo has no prediction: ${row?.error?.message ?? "the execution failed"}\n`,
      );
      return executionFailed ? exitCodes.executionFailed : exitCodes.someImagesFailed;
    }
    const differences = differencesOf(golden, row.predictions);
    for (const line of differences) surroundings.stderr.write(`${line}\n`);
    if (differences.length > 0) return exitCodes.someImagesFailed;
    surroundings.stdout.write(
      `The endpoint gives the ${golden.top.length} golden predictions, "${golden.top[0]?.label}" first.\n`,
    );
    return exitCodes.allClassified;
  } catch (error) {
    progress.end();
    if (!(error instanceof CommandFailure)) throw error;
    surroundings.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function readGolden(model: string): Promise<Golden> {
  try {
    return Golden.parse(JSON.parse(await readFile(path.join(model, "golden.json"), "utf8")));
  } catch (cause) {
    throw usage(`There is no built model in "${model}" to compare with: npm run model.`, { cause });
  }
}

function differencesOf(
  { tolerance, top }: Golden,
  found: readonly { readonly label: string; readonly probability: number }[],
): readonly string[] {
  return top.flatMap(({ label, probability }) => {
    const actual = found.find((prediction) => prediction.label === label)?.probability;
    if (actual !== undefined && Math.abs(actual - probability) <= tolerance) return [];
    const said = actual === undefined ? "is not among the best" : `has ${actual.toFixed(4)}`;
    return [`"${label}" ${said}; the golden prediction is ${probability.toFixed(4)} (tolerance ${tolerance}).`];
  });
}
