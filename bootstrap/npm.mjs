import { spawn } from "node:child_process";
import path from "node:path";
import { Problem } from "./problem.mjs";

/**
 * Runs npm and collects its output.
 * @returns {Promise<{status: number | string, output: string}>} the exit code, or the name of the signal that ended it
 */
export async function npm(root, parameters, { limitMs } = {}) {
  const own = process.env.npm_execpath ?? "";
  const isNpm = path.basename(own).startsWith("npm-cli");
  const [command, first] = isNpm ? [process.execPath, [own]] : ["npm", []];
  const child = spawn(command, [...first, ...parameters], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: !isNpm && process.platform === "win32",
    ...(limitMs === undefined ? {} : { timeout: limitMs }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      output += chunk;
    });
  }
  const forward = (signal) => child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
  const status = await new Promise((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(signal ?? code));
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, forward);
  return { status, output };
}

/** Explains to the user what a failed installation means. */
export function failureOf({ output, status }) {
  if (typeof status === "string" || status === 130) {
    return new Problem("The installation was interrupted. Run the same command again: it starts over.");
  }
  const code = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? "";
  const detail = linesOf(output).slice(0, 6).join("\n  ");
  return new Problem(`npm could not install the packages${code && ` (${code})`}. ${remedy(code)}\n  ${detail}`);
}

/** npm's own words, without its error codes and the names of its log files. */
export function linesOf(output) {
  return output
    .split("\n")
    .filter((line) => /^npm (error|ERR!) (?!code |A complete log|.*_logs)/.test(line) || !/^npm /.test(line))
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim())
    .filter((line) => line !== "");
}

const network = [
  "ENOTFOUND",
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ENETUNREACH",
  "ERR_SOCKET_TIMEOUT",
];

/** The remedy for an error code of npm or the system. */
export function remedy(code) {
  if (network.includes(code)) {
    return 'The npm registry does not respond: check the network, the proxy and "npm config get registry", then run the same command again.';
  }
  if (["E401", "E403"].includes(code)) {
    return "The registry refuses you: log in to it, or choose another (npm config set registry).";
  }
  if (["E404", "ETARGET", "EINTEGRITY"].includes(code)) {
    return "The registry does not have the locked packages: choose another, or ask who runs it.";
  }
  if (code === "ENOSPC") return "The disk is full: free 1 GB.";
  if (["EACCES", "EPERM", "EROFS"].includes(code)) {
    return "A folder cannot be written: the project's, or npm's cache (npm config get cache).";
  }
  if (code === "EUSAGE") return "package.json and package-lock.json disagree: run npm install and commit both.";
  return "Run the same command again; if it fails again, npm's own words may help:";
}
