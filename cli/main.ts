/** `npm run classify`: the command line client, for the service on this machine or a deployed one. */
import path from "node:path";
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  // npm runs scripts in the checkout; the user's own folder stands here.
  folder: process.env["INIT_CWD"] ?? process.cwd(),
  root: path.resolve(import.meta.dirname, ".."),
});
