/** `npm run live -- COMMAND`: verifies a deployed stack, step by step. */
import path from "node:path";
import { CommandFailure, type ExitCode, exitCodes, usage } from "../../cli/failure.ts";
import type { Surroundings } from "../../cli/run.ts";
import { left } from "./left.ts";
import { many } from "./many.ts";
import { type LiveOptions, liveHelp, readLiveOptions } from "./options.ts";
import { redrive } from "./redrive.ts";
import { starts } from "./starts.ts";
import { findLiveTarget } from "./target.ts";
import { traffic } from "./traffic.ts";

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => interrupted.abort());

async function act(options: LiveOptions, surroundings: Surroundings): Promise<ExitCode> {
  if (options.command === "left") {
    if (options.stack === undefined)
      throw usage("left needs --stack NAME: on this machine nothing is left of a stack.");
    return left(options.stack, surroundings);
  }
  const target = await findLiveTarget(options, surroundings);
  switch (options.command) {
    case "many":
      return many(options.images, target, surroundings);
    case "redrive":
      return redrive(options.images, target, surroundings);
    case "traffic":
      return traffic(target, surroundings);
    case "starts":
      return starts(target, surroundings);
  }
}

try {
  const options = readLiveOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(liveHelp);
  else {
    process.exitCode = await act(options, {
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      folder: process.env["INIT_CWD"] ?? process.cwd(),
      root: path.resolve(import.meta.dirname, "../.."),
      signal: interrupted.signal,
    });
  }
} catch (error) {
  if (!(error instanceof CommandFailure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = interrupted.signal.aborted ? exitCodes.interrupted : error.exitCode;
}
