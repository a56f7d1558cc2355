import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./ports.ts";

const project = path.resolve(import.meta.dirname, "../../..");

/** Maximum milliseconds to wait for the last output of a service that has ended. */
const longestOutputMs = 30_000;

export interface RunningService {
  readonly url: string;
  readonly apiKey: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Milliseconds from the start of the process until its first response. */
  readonly readyMs: number;
  /** Everything printed so far to both streams. */
  output(): string;
  /**
   * Sends a signal (Ctrl-C by default) and returns the exit code. Deletes the data folder unless the caller provided
   * it.
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface ServiceOptions {
  /** Checkout to run. @default this checkout */
  readonly root?: string;
  readonly dataDir?: string;
  readonly port?: number;
  /** A restart needs the same key as before, because the key is a part of the configuration. @default a random key */
  readonly apiKey?: string;
  readonly arguments?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Node binary to run with. @default the binary of this process */
  readonly node?: string;
  readonly readyWithinMs?: number;
}

/** Starts the one-machine AWS in the same way as `npm start`, and waits until it responds. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const port = options.port ?? (await freePort());
  const apiKey = options.apiKey ?? randomBytes(20).toString("hex");
  const dataDir = options.dataDir ?? mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const started = Date.now();
  const child = spawn(
    options.node ?? process.execPath,
    [
      ...["--import", "tsx", "dev/main.ts", "--port", String(port), "--data", dataDir, "--api-key", apiKey],
      ...(options.arguments ?? []),
    ],
    {
      cwd: options.root ?? project,
      env: { ...process.env, ...options.environment },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const closed = new Promise((resolve) => child.once("close", resolve));
  // If a lane fails in the middle, the service must not keep running.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  const url = `http://localhost:${port}`;
  const deadline = started + (options.readyWithinMs ?? 180_000);
  while (!(await responds(url, apiKey))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      // Its last output, which says why, may arrive after its exit. A process that it left could keep the streams open.
      await Promise.race([closed, delay(longestOutputMs)]);
      throw new Error(`the service ended at start:\n${text}`);
    }
    if (Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the service did not answer in time:\n${text}`);
    }
    await delay(50);
  }
  return {
    url,
    apiKey,
    dataDir,
    process: child,
    readyMs: Date.now() - started,
    output: () => text,
    async stop(signal = "SIGINT") {
      child.kill(signal);
      const code = await exited;
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
  };
}

async function responds(url: string, apiKey: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/openapi.json`, {
      headers: { "x-api-key": apiKey },
      signal: AbortSignal.timeout(20_000),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
