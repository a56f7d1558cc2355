import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommandFailure, exitCodes } from "../failure.ts";
import { pulumiNotStarted, pulumiRefusal } from "./pulumi-refusal.ts";

export type RunPulumi = (parameters: readonly string[], folder: string) => Promise<string>;

/** Longest time in milliseconds: the backend may be far away. */
const longestMs = 60_000;
const run = promisify(execFile);
const pulumi: RunPulumi = async (parameters, folder) =>
  (await run("pulumi", [...parameters], { cwd: folder, timeout: longestMs, maxBuffer: 16 * 1024 * 1024 })).stdout;

/**
 * The outputs of a Pulumi stack with decrypted secrets, from the command `pulumi`.
 * @throws CommandFailure in one sentence with the remedy
 */
export async function readStackOutputs(
  stack: string,
  { root, runPulumi = pulumi }: { readonly root: string; readonly runPulumi?: RunPulumi | undefined },
): Promise<unknown> {
  try {
    return JSON.parse(await runPulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root));
  } catch (error) {
    throw failureOf(error as Failed, stack);
  }
}

/** What `execFile` rejects with: an error of the system, or the end of the command with what it printed. */
type Failed = NodeJS.ErrnoException & { readonly killed?: boolean; readonly stderr?: string };

function failureOf(error: Failed, stack: string): CommandFailure {
  const { stderr = "", killed, syscall, message } = error;
  if (syscall?.startsWith("spawn") || error.code === "ENOENT") return pulumiNotStarted(error);
  if (killed) {
    return new CommandFailure(
      exitCodes.endpointRefused,
      `pulumi did not print the outputs of the stack "${stack}" within ${longestMs / 1_000} seconds: verify the network and the backend URL.`,
      { cause: error },
    );
  }
  return pulumiRefusal(stderr || message, stack, "read");
}
