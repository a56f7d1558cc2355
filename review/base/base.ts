import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isAlive } from "../../lib/process-alive.mjs";
import { type Capture, Checkout } from "../program/evaluate.ts";
import { unpack } from "./git.ts";
import { modulesFor } from "./modules.ts";

/** The code that evaluates programs, below a checkout. */
const captureCode = "packages/local-aws/src";

/** Names the owner, so that what a killed process left behind can be removed. */
const prefix = "review-base-";

/** A commit, unpacked beside this checkout until `remove` is called. */
export interface Base {
  readonly checkout: Checkout;
  remove(): void;
}

/**
 * Unpacks a commit into a temporary folder, with packages: this checkout's own when the locks are equal, else those that its
 * lock names. The folder is removed when anything fails.
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
    symlinkSync(modules, path.join(folder, "node_modules"), "junction");
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

/** Folders whose process was killed before it could remove them. */
function removeAbandoned(): void {
  for (const name of readdirSync(os.tmpdir())) {
    const [, owner] = new RegExp(`^${prefix}(\\d+)-`).exec(name) ?? [];
    if (owner === undefined || isAlive(Number(owner))) continue;
    rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

/**
 * Mocks work only for the copy of Pulumi that the program itself loads: the capture runs from the base's folder, too, where
 * Pulumi is the base's and every other package ours.
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
