import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { mib } from "../../../contract/limits.ts";
import { processLimits } from "../../../lib/process-limits.ts";
import { channelDescriptor } from "./protocol.ts";

/**
 * The kernel's limit for a decoder's data: 512 MiB for an image, 128 MiB of tolerance,
 * and what Node reserves (90 to 120 MiB, measured with Node 20).
 */
const dataBytes = 768 * mib;

/** The shell only sets the limit; `exec` replaces it with the decoder. */
const limited = `unset PWD OLDPWD SHLVL; ulimit -d ${dataBytes / 1_024} 2>/dev/null || :; exec "$0" "$@"`;

/**
 * Starts a decoder without environment variables or file descriptors except its channel, and with only the permissions
 * that it needs.
 */
export function launch(module: string): ChildProcess {
  const command = [process.execPath, ...nodeFlags(module), module];
  const { shell } = processLimits();
  const [program = "", ...parameters] = shell === undefined ? command : [shell, "-c", limited, ...command];
  const nothing = openSync(process.platform === "win32" ? "\\\\.\\NUL" : "/dev/null", "r+");
  try {
    return spawn(program, parameters, {
      cwd: path.dirname(module),
      env: environment(),
      stdio: ["ignore", "ignore", "pipe", "pipe", ...closed(nothing)],
      windowsHide: true,
    });
  } finally {
    closeSync(nothing);
  }
}

/** The dynamic loader needs these to start a program; they reveal nothing about the function. */
function environment(): NodeJS.ProcessEnv {
  const names = ["LD_LIBRARY_PATH", "SystemRoot"] as const;
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Node's permission model (its flag was renamed after Node 20): only the program's files, no child processes. */
function nodeFlags(module: string): readonly string[] {
  const known = process.allowedNodeEnvironmentFlags;
  const permission = ["--permission", "--experimental-permission"].find((flag) => known.has(flag));
  const flags = ["--no-warnings", "--max-old-space-size=128", "--v8-pool-size=1"];
  if (permission === undefined) return flags;
  const folders = new Set(readable(module).flatMap((folder) => [folder, realpathSync(folder)]));
  flags.push(permission, ...[...folders].map((folder) => `--allow-fs-read=${folder}${path.sep}`));
  // sharp is an addon.
  if (known.has("--allow-addons")) flags.push("--allow-addons");
  return flags;
}

/**
 * The program's folder and those of the packages that it loads, both as paths that Node searches and as targets of
 * symbolic links.
 */
function readable(module: string): readonly string[] {
  const require = createRequire(module);
  const sharp = require.resolve("sharp");
  const packages = sharp.slice(0, sharp.lastIndexOf(`${path.sep}node_modules${path.sep}`));
  const places = (require.resolve.paths("sharp") ?? []).filter((location) => existsSync(location));
  return [path.dirname(module), ...places, path.join(packages, "node_modules")];
}

/**
 * Descriptors that a child would inherit because a library opened them without close-on-exec; they are passed as "ignore".
 * Only Linux lists them; elsewhere only Node's descriptors are open, and those are closed.
 */
function closed(nothing: number): readonly (number | "ignore")[] {
  const open = process.platform === "linux" ? readdirSync("/proc/self/fd").map(Number) : [];
  const inherited = open.filter((descriptor) => descriptor > channelDescriptor && isInherited(descriptor));
  const first = channelDescriptor + 1;
  const length = Math.max(first, ...inherited.map((descriptor) => descriptor + 1)) - first;
  return Array.from({ length }, (_, at) => (inherited.includes(first + at) ? nothing : "ignore"));
}

const closeOnExec = 0o2000000;

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))?.[1] ?? "";
    return (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // This descriptor was only open to list the folder.
    return false;
  }
}
