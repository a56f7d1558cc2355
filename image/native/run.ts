import { spawn } from "node:child_process";
import { CodedError } from "../../lib/coded-error.ts";

export type NativeSetupErrorCode =
  | "UnsupportedPlatform"
  | "ToolMissing"
  | "DownloadFailed"
  | "HashMismatch"
  | "CompileFailed"
  | "NoSpace";

/**
 * Native TensorFlow cannot be set up. The message contains the cause and the remedy. No partial result is left behind.
 */
export class NativeSetupError extends CodedError<NativeSetupErrorCode> {
  override readonly name = "NativeSetupError";
}

/** The package that provides a missing command. */
const packages: Readonly<Record<string, string>> = {
  python3: "Python 3 with pip (Debian: python3-pip)",
  "c++": "a C++ compiler (Debian: g++)",
  strip: "binutils (Debian: binutils)",
};

/** Runs a command to its end. @throws NativeSetupError with the last lines it printed */
export async function run(
  command: string,
  parameters: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly code?: NativeSetupErrorCode },
): Promise<void> {
  const child = spawn(command, parameters, {
    env: options.environment ?? process.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString("utf8")).slice(-2_000);
  });
  const status = await new Promise<number | string | null>((resolve, reject) => {
    child.on("close", (code, signal) => resolve(code ?? signal));
    child.on("error", (cause) =>
      reject(
        new NativeSetupError("ToolMissing", `"${command}" does not start: install ${packages[command] ?? command}.`, {
          cause,
        }),
      ),
    );
  });
  if (status === 0) return;
  const lines = errors.trim().split("\n").slice(-4).join(" ");
  if (/No space left on device/.test(errors)) {
    throw new NativeSetupError(
      "NoSpace",
      `The disk is full: native TensorFlow needs 2.5 GB while it is built. ${lines}`,
    );
  }
  throw new NativeSetupError(options.code ?? "CompileFailed", `"${command}" failed (${status}): ${lines}`);
}
