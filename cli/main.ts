/** `npm run classify`, `smoke`, `release`, `headroom`, `console` and `drift`: the command line client for the local or a deployed service. */
import path from "node:path";
import { suggestion } from "../lib/suggestion.ts";
import { exitCodes } from "./failure.ts";
import { cannotWrite } from "./output/contact-sheet-file.ts";
import type { run, Surroundings } from "./run.ts";

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
  stdin: process.stdin,
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

/** Each command is loaded only if it was chosen: the clients of AWS and the console's server take 0.2 s to load. */
const commands: Readonly<Record<string, () => Promise<typeof run>>> = {
  classify: async () => (await import("./run.ts")).run,
  smoke: async () => (await import("./smoke.ts")).smoke,
  release: async () => (await import("./release.ts")).release,
  headroom: async () => (await import("./headroom.ts")).headroom,
  console: async () => (await import("./console.ts")).openConsole,
  drift: async () => (await import("./drift.ts")).drift,
};
const chosen = Object.hasOwn(commands, command) ? commands[command] : undefined;

if (chosen) {
  const perform = await chosen();
  process.exitCode = await perform(parameters, surroundings);
} else {
  const names = Object.keys(commands);
  const meant = suggestion(command, names);
  console.error(
    `"${command}" is not a command.${meant} Commands: ${names.map((name) => `npm run ${name}`).join(", ")}.`,
  );
  process.exitCode = exitCodes.usage;
}
