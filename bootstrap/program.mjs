import { spawn } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brokenPackages } from "./broken.mjs";
import { Problem, say } from "./problem.mjs";

/** Set for the run after a reinstallation, so that packages are reinstalled at most once. */
const secondRun = "BOOTSTRAP_SECOND_RUN";

/**
 * Runs a program: the project's own TypeScript in this process, or a package's program in another process. If it fails
 * and a package of the lock file is broken, the packages are reinstalled once and the program is run again.
 */
export async function runProgram(installation, program, parameters, reinstall) {
  const file = path.resolve(installation.root, program);
  const ofPackage = file.startsWith(installation.modules + path.sep);
  const broken = ofPackage
    ? await runPackage(installation, file, parameters)
    : await load(installation, file, parameters);
  if (broken.length === 0) return;
  const names = `${broken.slice(0, 3).join(", ")}${broken.length > 3 ? ` and ${broken.length - 3} more` : ""}`;
  if (process.env[secondRun]) {
    throw new Problem(
      `"${names}" cannot be loaded, though it was installed again. Delete the folder "node_modules" and run the same ` +
        "command again; if that does not help, look for a program that changes the folder.",
    );
  }
  say(`"${names}" cannot be loaded: files are missing or broken; installing once more`);
  await reinstall();
  const entry = path.join(installation.root, "bootstrap.mjs");
  end(await run([entry, program, ...parameters], { [secondRun]: "1" }));
}

/**
 * Loads the program into this process. Returns the packages because of which it could not be loaded; empty if it was
 * loaded.
 */
async function load(installation, file, parameters) {
  process.argv = [process.execPath, file, ...parameters];
  process.once("exit", (status) => explainExit(installation, status));
  try {
    // Registers the TypeScript loader, as --import tsx would.
    await import("tsx");
    await import(pathToFileURL(file).href);
    return [];
  } catch (error) {
    const broken = brokenPackages(installation, error);
    if (broken.length === 0) throw error;
    process.removeAllListeners("exit");
    return broken;
  }
}

/** If a program exited with an error, it may have loaded a broken package later, or in a child process. */
function explainExit(installation, status) {
  if (status !== 1) return;
  const [first] = installation.damaged();
  if (first === undefined) return;
  installation.forget();
  say(`"${first}" has lost files: run the same command again, and the packages are installed once more`);
}

async function runPackage(installation, file, parameters) {
  if (file.includes("vitest") && /[#?%]/.test(installation.root)) {
    throw new Problem(
      `The test runner cannot work in "${installation.root}": it reads "#", "?" and "%" in a path as parts of an address. ` +
        "Move or clone the project to a folder without them; everything else works here.",
    );
  }
  const status = await run([file, ...parameters]);
  const broken = status === 0 ? [] : brokenPackages(installation);
  if (broken.length === 0) end(status);
  return broken;
}

/** Runs Node on this process's terminal. Returns the exit code, or the name of the signal that ended it. */
function run(parameters, environment = {}) {
  const child = spawn(process.execPath, parameters, {
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  // The terminal sends Ctrl-C to both processes. This process waits for the other one to shut down properly.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
}

function end(status) {
  process.exitCode = typeof status === "string" ? 128 + os.constants.signals[status] : status;
}
