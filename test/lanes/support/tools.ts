import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import lockfile from "proper-lockfile";
import { cacheDirectory } from "../../../contract/cache.ts";
import { attempt, run } from "./command.ts";

/**
 * Folder outside the checkout for files that lanes build only once. It may be deleted: everything in it can be built
 * again.
 */
export function cacheFolder(): string {
  return path.join(cacheDirectory(), "lanes");
}

/**
 * Runs the work while no other process of this user runs work of the same name: several lanes may run side by side. If a
 * process dies, its lock counts as abandoned after two minutes, because a busy machine may renew it that late.
 */
async function exclusively<Value>(name: string, work: () => Promise<Value>): Promise<Value> {
  mkdirSync(cacheFolder(), { recursive: true });
  const release = await lockfile.lock(path.join(cacheFolder(), name), {
    realpath: false,
    stale: 120_000,
    retries: { retries: 2_400, factor: 1, minTimeout: 1_000, maxTimeout: 1_000 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * A cached file or folder. `make` creates it at a temporary path next to the final one; it is then moved, so that an
 * interrupted run leaves no partial result. `name` must contain all versions on which it depends.
 */
export async function cached(name: string, make: (location: string) => Promise<void>): Promise<string> {
  const location = path.join(cacheFolder(), name);
  if (existsSync(location)) return location;
  await exclusively(name, async () => {
    if (existsSync(location)) return;
    const scratch = `${location}.${process.pid}.part`;
    try {
      await make(scratch);
      renameSync(scratch, location);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
  return location;
}

/** Installs the Debian packages of missing commands. Throws if that is impossible. */
export async function needCommands(wanted: Readonly<Record<string, string>>): Promise<void> {
  const absent: string[] = [];
  for (const [command, debianPackage] of Object.entries(wanted)) {
    const { code } = await attempt("sh", ["-c", `command -v ${command}`]);
    if (code !== 0) absent.push(debianPackage);
  }
  if (absent.length > 0) await installPackages(absent);
}

/** Installs Debian packages. Throws if that is impossible. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  await exclusively("debian-packages", async () => {
    console.log(`installing ${packages.join(", ")}`);
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...new Set(packages)], {
      environment: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  });
}

/** Creates a Python environment with exactly these packages, and returns the folder of its commands. */
export async function pythonCommands(name: string, packages: readonly string[]): Promise<string> {
  const folderName = `${name}-${packages.join("-").replaceAll(/[^A-Za-z0-9.]+/g, "-")}`;
  const folder = path.join(cacheFolder(), folderName);
  const ready = path.join(folder, ".ready");
  if (existsSync(ready)) return path.join(folder, "bin");
  await exclusively(folderName, async () => {
    if (existsSync(ready)) return;
    // Debian's Python does not include the modules that create an environment.
    const { code } = await attempt("sh", ["-c", "python3 -c 'import ensurepip, venv'"]);
    if (code !== 0) await installPackages(["python3", "python3-venv"]);
    rmSync(folder, { recursive: true, force: true });
    // An environment cannot be moved, because its commands contain the path of their interpreter. The marker that is
    // created at the end shows that the environment is complete.
    await run("python3", ["-m", "venv", folder]);
    await run(path.join(folder, "bin/pip"), ["install", "--quiet", ...packages]);
    mkdirSync(ready);
  });
  return path.join(folder, "bin");
}
