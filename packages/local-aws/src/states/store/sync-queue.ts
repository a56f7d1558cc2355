import { syncFile } from "./lines.ts";

/** Files that are put onto the disk at once: each needs an open file, of which a process may have few. */
const atOnce = 8;

/** Syncs files to disk in the background, each only once however often it was written meanwhile. */
export class SyncQueue {
  readonly #waiting = new Set<string>();
  readonly #workers = new Set<Promise<void>>();

  add(file: string): void {
    this.#waiting.add(file);
    if (this.#workers.size >= atOnce) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Resolves once nothing is waiting. */
  async flush(): Promise<void> {
    while (this.#workers.size > 0) await Promise.all(this.#workers);
  }

  async #work(): Promise<void> {
    for (const file of this.#waiting) {
      this.#waiting.delete(file);
      await syncFile(file);
    }
  }
}
