import { syncFile } from "./lines.ts";

/**
 * Maximum number of files synced at the same time. Each needs an open file, and the number of open files per process is
 * limited.
 */
const atOnce = 8;

/** Syncs files to disk in the background. A file that is queued several times is synced only once. */
export class SyncQueue {
  readonly #waiting = new Set<string>();
  readonly #workers = new Set<Promise<void>>();

  add(file: string): void {
    this.#waiting.add(file);
    if (this.#workers.size >= atOnce) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /** Resolves when the queue is empty. */
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
