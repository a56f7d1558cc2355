import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isAlive } from "./processes.ts";
import { Watchdog } from "./watchdog.ts";

/** Names the scratch folders of this package in the folder for temporary files. */
export const scratchPrefix = "local-aws-sandboxes-";

/**
 * The folder below which each sandbox has its own /tmp, named by this process; those of processes that ended without
 * tidying (SIGKILL, power) are removed first.
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
      if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(path.join(parent, name), { recursive: true, force: true });
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
