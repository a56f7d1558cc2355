import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isAlive } from "./processes.ts";
import { Watchdog } from "./watchdog.ts";

/** Prefix of this package's scratch folders in the folder for temporary files. */
export const scratchPrefix = "local-aws-sandboxes-";

/**
 * The folder that contains a /tmp for each sandbox, named after this process. On start, folders of processes that ended
 * without cleaning up (SIGKILL, power failure) are removed, as far as this user's permissions allow.
 */
export class Scratch {
  readonly #folder: string;
  /** Removes the folder and ends the sandboxes if this process cannot. */
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

/** Folders of other users and active mounts remain: they take space but do no harm. */
function removeLeftover(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
