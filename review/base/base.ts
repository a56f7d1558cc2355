import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isAlive } from "../../lib/process-alive.mjs";
import { type Capture, Checkout } from "../program/evaluate.ts";
import { unpack } from "./git.ts";
import { modulesFor } from "./modules.ts";

/** The code that evaluates programs, relative to a checkout. */
const captureCode = "packages/local-aws/src";

/** Prefix of the folder names. The process id follows it, so that folders of a killed process can be removed. */
const prefix = "review-base-";

/** A commit that is unpacked outside this checkout until `remove` is called. */
export interface Base {
  readonly checkout: Checkout;
  remove(): void;
}

/**
 * Unpacks a commit into a temporary folder and links packages into it: this checkout's own packages if the lock files
 * are equal, or else the packages of the commit's lock file. The folder is removed if anything fails.
 * @throws ReviewError
 */
export async function openBase(root: string, commit: string): Promise<Base> {
  removeAbandoned();
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}${process.pid}-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const close = () => {
    process.off("exit", remove);
    remove();
  };
  try {
    await unpack(root, commit, folder);
    const modules = await modulesFor(root, folder);
    const linked = path.join(folder, "node_modules");
    // A commit may contain one, for example a link that .gitignore does not cover.
    rmSync(linked, { recursive: true, force: true });
    symlinkSync(modules, linked, "junction");
    const own = modules === path.join(root, "node_modules");
    return {
      checkout: own ? new Checkout(folder) : new Checkout(folder, await captureWith(root, folder)),
      remove: close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Removes the folders of processes that were killed before they could remove them. */
function removeAbandoned(): void {
  for (const name of readdirSync(os.tmpdir())) {
    const [, owner] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (owner === undefined || isAlive(Number(owner))) continue;
    rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

/**
 * Mocks work only for the copy of Pulumi that the program itself loads. The capture therefore also runs from the base's
 * folder, with the base's Pulumi and with this checkout's version of every other package.
 */
async function captureWith(root: string, folder: string): Promise<Capture> {
  const home = path.join(folder, ".review-capture");
  const copy = path.join(home, "src");
  cpSync(path.join(root, captureCode), copy, { recursive: true });
  const [ours, linked] = [path.join(root, "node_modules"), path.join(home, "node_modules")];
  mkdirSync(linked);
  for (const name of readdirSync(ours)) {
    if (!name.startsWith(".") && name !== "@pulumi")
      symlinkSync(path.join(ours, name), path.join(linked, name), "junction");
  }
  const file = pathToFileURL(path.join(copy, "capture", "capture.ts")).href;
  const { captureDeclared } = (await import(file)) as { readonly captureDeclared: Capture };
  return captureDeclared;
}
