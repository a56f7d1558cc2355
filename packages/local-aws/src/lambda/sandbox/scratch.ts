import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isAlive } from "./processes.ts";
import { Watchdog } from "./watchdog.ts";

/** Names the scratch folders of this package in the folder for temporary files. */
export const scratchPrefix = "local-aws-sandboxes-";

/**
 * The folder below which each sandbox has its own /tmp, named after this process. Folders of processes that ended
 * without cleaning up (SIGKILL, power) are removed first, where this user may.
 */
export class Scratch {
  readonly #folder: string;
  /** Removes the folder, and ends the sandboxes, if this process cannot. */
  readonly watchdog: Watchdog;
  #count = 0;

  constructor(parent = os.tmpdir()) {
    mkdirSync(parent, { recursive: true });
    for (const name of readdirSync(parent)) {
      const pid = Number(new RegExp(`^${scratchPrefix}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
      if (!Number.isNaN(pid) && !isAlive(pid)) removeLeftover(path.join(parent, name));
    }
    this.#folder = mkdtempSync(path.join(parent, `${scratchPrefix}${process.pid}-`));
    this.watchdog = new Watchdog(this.#folder);
  }

  folder(): string {
    this.#count += 1;
    const folder = path.join(this.#folder, String(this.#count));
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  async close(): Promise<void> {
    await this.watchdog.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What another user left, or what a mount holds, stays: it takes space, and stops nothing. */
function removeLeftover(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
