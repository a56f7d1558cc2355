import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { integerFiles, modelDirectory, modelFiles, samplePhotoFile } from "../contract/model.ts";
import { OperatorError } from "./operator-error.ts";

const Artifacts = z.object({ files: z.array(z.object({ bytes: z.number() })), built: z.boolean() });

export interface Model {
  /** False if it was in the cache. */
  readonly built: boolean;
  readonly bytes: number;
}

/** The model in the cache, which is complete or absent. */
function cached(): Model | undefined {
  const folder = modelDirectory();
  try {
    const sizes = [...modelFiles, ...integerFiles, samplePhotoFile].map(
      (name) => statSync(path.join(folder, name)).size,
    );
    return { built: false, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  } catch {
    return undefined;
  }
}

/**
 * Finds the model, or builds it in a separate process (`model/` is not part of the runtime) with progress on the terminal.
 * @throws OperatorError with the message of the build
 */
export async function prepareModel(root: string, signal: AbortSignal): Promise<Model> {
  return cached() ?? build(root, signal);
}

async function build(root: string, signal: AbortSignal): Promise<Model> {
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), path.join(root, "model", "build.ts"), "--json"],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"], signal },
  );
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
    process.stderr.write(chunk.toString().replace(/^(?=.)/gm, "  "));
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status !== 0) {
    throw new OperatorError(`The model could not be built. ${errors.trim().split("\n").at(-1) ?? ""}`);
  }
  const { files, built } = Artifacts.parse(JSON.parse(output));
  return { built, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}
