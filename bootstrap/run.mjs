import path from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { Installation } from "./installation.mjs";
import { Problem } from "./problem.mjs";
import { runProgram } from "./program.mjs";
import { takeTurn } from "./turn.mjs";

/** Installs missing packages, then runs a program of the project, if one is given, with the remaining arguments. */
export async function bootstrap([program, ...parameters]) {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  try {
    const installation = new Installation(root);
    await ensure(installation);
    if (program === undefined) return;
    await runProgram(installation, program, parameters, () => ensure(installation, { again: true }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`\nError: ${error.message}\n`);
    process.exitCode = 1;
  }
}

async function ensure(installation, { again = false } = {}) {
  if (!again && installation.isComplete()) return;
  const release = await takeTurn(installation.root);
  try {
    // Another process may have installed the packages while this one was waiting.
    if (!again && installation.isComplete()) return;
    await install(installation);
  } finally {
    release();
  }
}
