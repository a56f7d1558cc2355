import { spawn } from "node:child_process";
import { signalGroup } from "./processes.ts";

export interface CommandOptions {
  readonly cwd?: string;
  /** The complete environment of the command. @default the environment of this process */
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly withinMs?: number;
  /** Whether to show the output as it arrives, for steps that take minutes. */
  readonly show?: boolean;
}

/** How a command ended. `output` contains both streams in the order in which they arrived. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly output: string;
}

/** Runs a command to its end, whatever its exit code is. At the time limit, its whole process group is killed. */
export async function attempt(
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, parameters, {
    cwd: options.cwd,
    env: options.environment ?? process.env,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  let stdout = "";
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (options.show) process.stdout.write(chunk);
    });
  }
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const timer = setTimeout(() => {
    output += `\n(ended after ${(options.withinMs ?? defaultMs) / 1000} s)`;
    signalGroup(child, "SIGKILL");
  }, options.withinMs ?? defaultMs);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, stdout, output };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a command that must succeed, and returns its standard output. The error contains the end of the output. */
export async function run(
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, output } = await attempt(command, parameters, options);
  if (code !== 0) {
    throw new Error(`"${command} ${parameters.join(" ")}" ended with ${code}:\n${output.slice(-4_000)}`);
  }
  return stdout;
}

const defaultMs = 600_000;
