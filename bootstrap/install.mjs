import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { failureOf, linesOf, npm } from "./npm.mjs";
import { say } from "./problem.mjs";

/**
 * Development and optional packages are needed, even if the user's npm omits them. No package's install script runs.
 */
const ci = ["ci", "--ignore-scripts", "--include=dev", "--include=optional"];
// Waits between retries are shorter than npm's ten seconds, so that an error appears soon if there is no network.
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
const patience = ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
/** Maximum time in milliseconds for the install script of an allowed package; one of them downloads TensorFlow. */
const rebuildMs = 10 * 60_000;
const refreshMs = 1_500;

/**
 * Installs the packages of the lock file, then runs the install scripts of the packages that package.json allows by
 * name. @throws Problem
 */
export async function install(installation) {
  const total = installation.required.length;
  if (installation.wasInterrupted()) say("an earlier installation was interrupted; starting it over");
  say(`installing ${total} packages of package-lock.json by "npm ci", about 500 MB, once`);
  const started = Date.now();
  const stop = showProgress(() => `${Math.min(total, installation.count())} of ${total} packages`, started);
  const result = await npm(installation.root, [...ci, ...quiet, ...patience]);
  stop();
  if (result.status !== 0) throw failureOf(result);
  await runScripts(installation.root);
  installation.remember();
  say(`installed in ${seconds(started)}`);
}

/** Packages whose install scripts may run, according to package.json's "allowScripts". */
export function allowedPackages(root) {
  const { allowScripts = {} } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return Object.keys(allowScripts).filter((name) => allowScripts[name] === true);
}

/**
 * If an install script fails, one sentence reports what is missing and the installation continues. At its start, the
 * service prints which engine it uses.
 */
async function runScripts(root) {
  const names = allowedPackages(root).filter((name) => existsSync(path.join(root, "node_modules", name)));
  if (names.length === 0) return;
  const { output: refused } = await npm(root, ["config", "get", "ignore-scripts"]);
  // npm may print warnings in addition to the value.
  if (/^true$/m.test(refused)) {
    say(
      `the install scripts of ${names.join(", ")} do not run, since your npm has ignore-scripts=true: ` +
        'native TensorFlow is left out ("npm run setup:native" installs it without scripts)',
    );
    return;
  }
  const started = Date.now();
  const stop = showProgress(() => `install scripts of ${names.join(", ")}`, started);
  // One at a time, so that a script that fails does not prevent the others from running.
  for (const name of names) {
    const result = await npm(root, ["rebuild", name, ...quiet], { limitMs: rebuildMs });
    if (result.status === 0) continue;
    if (typeof result.status === "string" && Date.now() - started < rebuildMs) {
      stop();
      throw failureOf(result);
    }
    say(`the install script of ${name} failed (${reasonOf(result.output)}); ${consequenceOf(name)}`);
  }
  stop();
}

function consequenceOf(name) {
  return name === "@tensorflow/tfjs-node"
    ? 'WebAssembly classifies instead, several times slower ("npm run setup:native" tries another source)'
    : "run the same command again if something does not work";
}

/** Selects the line that names the cause from the many lines that a failed build prints. */
function reasonOf(output) {
  const lines = linesOf(output);
  const line =
    lines.find((each) => /\b(E[A-Z]{4,}|HTTP|getaddrinfo|connect|timed? ?out)\b/.test(each)) ??
    lines.find((each) => /error/i.test(each)) ??
    lines[0] ??
    "without a reason";
  return line.replace(/^.*?\b(ERR!|Error:|error)\s*/i, "").slice(0, 160);
}

/**
 * Shows the progress: on one line of a terminal, and as separate lines elsewhere. It is updated at least every two
 * seconds.
 */
function showProgress(state, started) {
  const terminal = process.stderr.isTTY;
  const show = () => {
    const line = `  ${state()}, ${seconds(started)}`;
    process.stderr.write(terminal ? `\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
  };
  const timer = setInterval(show, refreshMs);
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write("\r\u001b[K");
  };
}

const seconds = (since) => `${((Date.now() - since) / 1_000).toFixed(0)} s`;
