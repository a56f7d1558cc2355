/** `npm run classify`, `smoke`, `release`, `headroom`, `console` and `drift`: the command line client for the local or a deployed service. */
import path from "node:path";
import { suggestion } from "../lib/suggestion.ts";
import { openConsole } from "./console.ts";
import { drift } from "./drift.ts";
import { exitCodes } from "./failure.ts";
import { headroom } from "./headroom.ts";
import { cannotWrite } from "./output/contact-sheet-file.ts";
import { release } from "./release.ts";
import { run, type Surroundings } from "./run.ts";
import { smoke } from "./smoke.ts";

/**
 * npm forwards the Ctrl-C that the terminal has sent to all processes: within this time, in milliseconds, a second
 * signal is the same Ctrl-C.
 */
const sameSignalMs = 500;

const [command = "", ...parameters] = process.argv.slice(2);
/** Otherwise AWS's SDK prints eight lines about Node 20 before each result. */
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
const interrupted = new AbortController();
const surroundings: Surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  // npm runs scripts in the checkout; this is the user's working directory.
  folder: process.env["INIT_CWD"] ?? process.cwd(),
  root: path.resolve(import.meta.dirname, ".."),
  signal: interrupted.signal,
};

let interruptedAt: number | undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (interruptedAt !== undefined && performance.now() - interruptedAt > sameSignalMs) {
      process.exit(exitCodes.interrupted);
    }
    interruptedAt ??= performance.now();
    interrupted.abort();
  });
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of the output, such as head, has closed it.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`${cannotWrite("The output", error).message}\n`);
  process.exit(exitCodes.someImagesFailed);
});
process.stderr.on("error", () => {});

const commands: Readonly<Record<string, typeof run>> = {
  classify: run,
  smoke,
  release,
  headroom,
  console: openConsole,
  drift,
};
const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;

if (chosen) process.exitCode = await chosen(parameters, surroundings);
else {
  const names = Object.keys(commands);
  const meant = suggestion(command, names);
  console.error(
    `"${command}" is not a command.${meant} Commands: ${names.map((name) => `npm run ${name}`).join(", ")}.`,
  );
  process.exitCode = exitCodes.usage;
}
