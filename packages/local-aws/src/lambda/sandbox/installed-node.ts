import { execFile } from "node:child_process";
import { readdirSync, realpathSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** A Node executable on this machine that has been verified to run. */
export interface InstalledNode {
  /** Absolute path of the executable. */
  readonly file: string;
  /** The version as in `process.versions.node`. */
  readonly version: string;
}

export interface SearchOptions {
  /** Environment variables, including the search path. @default those of this process */
  readonly environment?: NodeJS.ProcessEnv;
  /** The user's home folder. @default os.homedir() */
  readonly home?: string;
}

/** The Node executable of this process. */
export const ownNode: InstalledNode = { file: process.execPath, version: process.versions.node };

export const majorOf = ({ version }: InstalledNode): number => Number(version.split(".")[0]);

/**
 * Finds a Node executable of one major version: first this process's own, then one on the search path, then the newest
 * one of a version manager. The executable must run here and be built for the same processor, because it has to load
 * the same native packages.
 */
export async function findNode(major: number, options: SearchOptions = {}): Promise<InstalledNode | undefined> {
  if (majorOf(ownNode) === major) return ownNode;
  const seen = new Set([ownNode.file]);
  for (const location of candidates(major, options)) {
    const file = resolved(location);
    if (file === undefined || seen.has(file)) continue;
    seen.add(file);
    const found = await inspectNode(location);
    if (found && majorOf(found) === major) return found;
  }
  return undefined;
}

const run = promisify(execFile);
/** Time limit, so that another program that is also called "node" cannot block the start. */
const answerMs = 5_000;

/** Runs a program to read its version; returns undefined if it is not a Node for this processor. */
export async function inspectNode(file: string): Promise<InstalledNode | undefined> {
  try {
    const { stdout } = await run(file, ["-p", "`${process.versions.node} ${process.arch}`"], {
      timeout: answerMs,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    const [, version, arch] = /^(\d+\.\d+\.\d+\S*) (\S+)\s*$/.exec(stdout) ?? [];
    return version !== undefined && arch === process.arch ? { file, version } : undefined;
  } catch {
    return undefined;
  }
}

const program = process.platform === "win32" ? "node.exe" : "node";

function candidates(major: number, { environment = process.env, home = os.homedir() }: SearchOptions): string[] {
  const folders = (environment["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const named = folders.flatMap((folder) => [`node${major}`, `node-${major}`].map((name) => path.join(folder, name)));
  const plain = folders.map((folder) => path.join(folder, program));
  return [...named, ...plain, ...kept(major, environment, home)];
}

/**
 * The folders in which version managers keep one folder per version, then those in which systems keep one per major
 * version.
 */
function kept(major: number, environment: NodeJS.ProcessEnv, home: string): string[] {
  const data = environment["XDG_DATA_HOME"] ?? path.join(home, ".local", "share");
  const managers: readonly (readonly [folder: string, below: string])[] = [
    [path.join(environment["NVM_DIR"] ?? path.join(home, ".nvm"), "versions", "node"), "bin"],
    ...(environment["NVM_HOME"] === undefined ? [] : [[environment["NVM_HOME"], ""] as const]),
    ...[environment["FNM_DIR"], path.join(data, "fnm"), path.join(home, ".fnm")].flatMap((folder) =>
      folder === undefined ? [] : [[path.join(folder, "node-versions"), path.join("installation", "bin")] as const],
    ),
    [path.join(environment["VOLTA_HOME"] ?? path.join(home, ".volta"), "tools", "image", "node"), "bin"],
    [path.join(environment["MISE_DATA_DIR"] ?? path.join(data, "mise"), "installs", "node"), "bin"],
    [path.join(environment["ASDF_DATA_DIR"] ?? path.join(home, ".asdf"), "installs", "nodejs"), "bin"],
    [path.join(environment["NODENV_ROOT"] ?? path.join(home, ".nodenv"), "versions"), "bin"],
    [path.join(environment["N_PREFIX"] ?? "/usr/local", "n", "versions", "node"), "bin"],
  ];
  const versions = managers.flatMap(([folder, below]) =>
    versionsIn(folder, major).map((version) => path.join(folder, version, below, program)),
  );
  const systems = ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"].map((folder) =>
    path.join(folder, `node@${major}`, "bin", program),
  );
  return [...versions, ...systems];
}

/** Lists the folders of one major version ("v22.9.0", "22.11.0"), newest first. */
function versionsIn(folder: string, major: number): readonly string[] {
  const numbers = (name: string): readonly number[] => name.replace(/^v/, "").split(".").map(Number);
  return namesIn(folder)
    .filter((name) => /^v?\d+\.\d+\.\d+$/.test(name) && numbers(name)[0] === major)
    .sort((a, b) => {
      const [x, y] = [numbers(a), numbers(b)];
      return (y[1] ?? 0) - (x[1] ?? 0) || (y[2] ?? 0) - (x[2] ?? 0);
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function resolved(location: string): string | undefined {
  try {
    return realpathSync(location);
  } catch {
    return undefined;
  }
}
