/** `npm run classify` and `npm run smoke`: the command line client, for the service on this machine or a deployed one. */
import path from "node:path";
import { exitCodes } from "./failure.ts";
import { run, type Surroundings } from "./run.ts";
import { smoke } from "./smoke.ts";

const [command = "", ...parameters] = process.argv.slice(2);
const surroundings: Surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  // npm runs scripts in the checkout; the user's own folder stands here.
  folder: process.env["INIT_CWD"] ?? process.cwd(),
  root: path.resolve(import.meta.dirname, ".."),
};
if (command === "classify") process.exitCode = await run(parameters, surroundings);
else if (command === "smoke") process.exitCode = await smoke(parameters, surroundings);
else {
  console.error(`"${command}" is no command: npm run classify, or npm run smoke.`);
  process.exitCode = exitCodes.usage;
}
