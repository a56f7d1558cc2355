import { spawn } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { OperatorError } from "./operator-error.ts";

const Artifacts = z.object({ files: z.array(z.object({ bytes: z.number() })), built: z.boolean() });

/**
 * Runs the model step, a process of its own (`model/` is no part of the runtime); its progress goes to the terminal.
 * @throws OperatorError with the step's own words
 */
export async function buildModel(
  root: string,
  signal: AbortSignal,
): Promise<{ readonly built: boolean; readonly bytes: number }> {
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
