import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cacheDirectory } from "../../contract/cache.ts";
import { makeWholeFolder } from "../../lib/whole-folder.ts";
import { ReviewError } from "../review-error.ts";

/** The files that npm needs for an installation in addition to a manifest. */
const manifests = ["package.json", "package-lock.json", ".npmrc"];
const installMs = 10 * 60_000;

/**
 * The folder with the packages of a checkout's lock file. If the lock file is the same as that of `root`, it is the
 * folder of `root`. Otherwise the packages are installed once per lock file, without running any script, and kept in
 * the cache.
 * @throws ReviewError "CannotInstall"
 */
export async function modulesFor(root: string, checkout: string): Promise<string> {
  const own = path.join(root, "node_modules");
  const [ours, theirs] = await Promise.all([root, checkout].map(lockOf));
  if (theirs === undefined || theirs === ours) return own;
  const hash = createHash("sha256").update(theirs).digest("hex").slice(0, 16);
  const folder = path.join(cacheDirectory(), "review", `packages-${hash}`);
  if (!existsSync(folder)) await makeWholeFolder(folder, (work) => install(checkout, work));
  return path.join(folder, "node_modules");
}

const lockOf = (root: string): Promise<string | undefined> =>
  readFile(path.join(root, "package-lock.json"), "utf8").catch(() => undefined);

async function install(checkout: string, work: string): Promise<void> {
  for (const name of manifests) await cp(path.join(checkout, name), path.join(work, name)).catch(() => {});
  // The lock file lists workspaces too. Their own code is only linked and is not needed.
  const { workspaces = [] } = JSON.parse(await readFile(path.join(work, "package.json"), "utf8")) as {
    workspaces?: string[];
  };
  for (const pattern of workspaces) {
    const parent = pattern.replace(/\/\*$/, "");
    if (!existsSync(path.join(checkout, parent))) continue;
    await mkdir(path.join(work, parent), { recursive: true });
    await cp(path.join(checkout, parent), path.join(work, parent), { recursive: true });
  }
  try {
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], {
      cwd: work,
      timeout: installMs,
      maxBuffer: 1 << 26,
      shell: process.platform === "win32",
    });
  } catch (cause) {
    const { stderr = "" } = cause as { stderr?: string };
    const why = stderr.trim().split("\n").slice(-3).join(" ");
    throw new ReviewError("CannotInstall", `The packages of the base cannot be installed: ${why || "npm ci failed"}.`, {
      cause,
    });
  }
}
