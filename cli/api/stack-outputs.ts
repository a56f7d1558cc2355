import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { usage } from "../failure.ts";

export type RunPulumi = (parameters: readonly string[], folder: string) => Promise<string>;

const run = promisify(execFile);
const pulumi: RunPulumi = async (parameters, folder) =>
  (await run("pulumi", [...parameters], { cwd: folder, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 })).stdout;

/** The outputs of a Pulumi stack with decrypted secrets, from the command `pulumi`. @throws CommandFailure */
export async function readStackOutputs(
  stack: string,
  { root, runPulumi = pulumi }: { readonly root: string; readonly runPulumi?: RunPulumi | undefined },
): Promise<unknown> {
  try {
    return JSON.parse(await runPulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root));
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "the command pulumi is not installed" : stderr.trim().split("\n")[0];
    throw usage(`The outputs of the stack "${stack}" cannot be read: ${why}.`, { cause: error });
  }
}
