import { Unreachable } from "./refusal.ts";

/** Timeout of one request, and of each piece of a streamed response, in milliseconds. */
const requestMs = 60_000;

/**
 * Reasons that another attempt does not remove: a closed port, an unknown name, a port that fetch refuses, and a side
 * that does not speak TLS or whose certificate is not trusted.
 */
const lasting = /^(ECONNREFUSED|ENOTFOUND|EPROTO|bad port|ERR_SSL_.+|ERR_TLS_.+|.*CERT.*|UNABLE_TO_.+)$/;

/** Sends requests, and explains why an endpoint is not reachable. */
export class Connection {
  readonly #signal: AbortSignal | undefined;
  /** Whether the other side has ever responded; if so, a failed connection may come back. */
  #responded = false;

  /** @param signal aborts every request */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Sends one request and reads the whole response, because a connection may break during either. @throws Unreachable */
  async send(url: string, init: RequestInit) {
    const timeout = AbortSignal.timeout(requestMs);
    const signal = this.#signal ? AbortSignal.any([timeout, this.#signal]) : timeout;
    return this.#attempt(url, async () => {
      const { ok, status, headers, body } = await this.#fetch(url, init, signal);
      return { ok, status, headers, text: body === null ? "" : await new Response(body).text() };
    });
  }

  /** Sends one request whose response is read piece by piece. @throws Unreachable */
  async open(url: string, init: RequestInit = {}) {
    const stalled = new AbortController();
    const signal = this.#signal ? AbortSignal.any([stalled.signal, this.#signal]) : stalled.signal;
    const inTime = async <T>(work: () => Promise<T>): Promise<T> => {
      const timer = setTimeout(() => stalled.abort(new Error("no data arrived in time")), requestMs);
      return this.#attempt(url, work).finally(() => clearTimeout(timer));
    };
    const { ok, status, body } = await inTime(() => this.#fetch(url, init, signal));
    const reader = body?.getReader();
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        while (reader) {
          const { done, value } = await inTime(() => reader.read());
          if (done) return;
          yield value;
        }
      } finally {
        await reader?.cancel().catch(() => undefined);
      }
    }
    return { ok, status, pieces: pieces() };
  }

  async #fetch(url: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const response = await fetch(url, { ...init, signal });
    this.#responded = true;
    return response;
  }

  async #attempt<T>(url: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw this.#unreachable(url, error as Error);
    }
  }

  #unreachable(url: string, error: Error): Unreachable {
    const cause = error.cause as { code?: string; message?: string } | undefined;
    const why = cause?.code ?? cause?.message ?? error.message;
    const local = /\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url);
    const hint = local
      ? 'Start the service (npm start), or give the address that it printed after "Ready" with --endpoint URL.'
      : "Check the address (--endpoint URL or --stack NAME) and the network.";
    // Also a lasting reason may pass if the service has responded before: it may be starting again.
    const passing = this.#responded || !lasting.test(why);
    return new Unreachable(`"${new URL(url).origin}" is not reachable (${why}). ${hint}`, passing, { cause: error });
  }
}
