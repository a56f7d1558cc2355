import PQueue from "p-queue";

/** Limits concurrent fetches from one host; further fetches wait. */
export class HostQueues {
  readonly #connections: number;
  readonly #queues = new Map<string, PQueue>();

  constructor(connections: number) {
    this.#connections = connections;
  }

  /** Runs the fetch in turn. @throws the reason of a signal that aborts earlier, and what the fetch throws */
  async run<T>(host: string, signal: AbortSignal | undefined, fetch: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(host) ?? new PQueue({ concurrency: this.#connections });
    this.#queues.set(host, queue);
    try {
      return await queue.add(fetch, signal ? { signal } : {});
    } finally {
      if (queue.size === 0 && queue.pending === 0 && this.#queues.get(host) === queue) this.#queues.delete(host);
    }
  }
}
