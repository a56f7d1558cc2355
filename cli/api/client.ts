import { setTimeout as delay } from "node:timers/promises";
import pRetry from "p-retry";
import type { z } from "zod";
import { ExecutionView, StartedExecution, UploadTicket } from "../../contract/http.ts";
import { parseResults } from "../../contract/results.ts";
import { ImageResult } from "../../contract/workflow.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import type { Endpoint } from "./endpoint.ts";
import { Refusal, refusalOf, Unreachable } from "./refusal.ts";

/** Timeout of one request, in milliseconds. */
const requestMs = 60_000;
/** Number of retries after a transient error response. */
const retries = 4;
/** Maximum `retry-after` of a response that is respected, in milliseconds. */
const longestRetryAfterMs = 30_000;
const Results = ImageResult.array();

export interface ClientTiming {
  /** Delay before the first retry; it doubles, with jitter. */
  readonly retryMs: number;
  readonly pollMs: number;
  /** How long a lost connection is retried; a restart of the service takes less. */
  readonly patienceMs: number;
}

const defaultTiming: ClientTiming = { retryMs: 500, pollMs: 200, patienceMs: 120_000 };

/** A client of the API: sends JSON, validates JSON responses, and retries transient failures within limits. */
export class Client {
  readonly #endpoint: Endpoint;
  readonly #timing: ClientTiming;
  readonly #signal: AbortSignal | undefined;
  /** Whether this endpoint has ever responded; if so, a failed connection may come back. */
  #responded = false;

  /** @param signal aborts every request and every wait */
  constructor(endpoint: Endpoint, timing: Partial<ClientTiming> = {}, signal?: AbortSignal) {
    this.#endpoint = endpoint;
    this.#timing = { ...defaultTiming, ...timing };
    this.#signal = signal;
  }

  start(body: { images: readonly string[]; topK: number; notify?: string }, key: string): Promise<StartedExecution> {
    // The key makes a retry safe: it returns the execution that the first request started.
    const init = { method: "POST", body: JSON.stringify(body), headers: { "idempotency-key": key } };
    return this.#json("/classify", StartedExecution, init);
  }

  /** Stops an execution; one that has ended is unchanged. */
  cancel(executionId: string): Promise<StartedExecution> {
    return this.#json(`/executions/${encodeURIComponent(executionId)}`, StartedExecution, { method: "DELETE" });
  }

  ticket(contentType: string, bytes: number): Promise<UploadTicket> {
    return this.#json("/uploads", UploadTicket, { method: "POST", body: JSON.stringify({ contentType, bytes }) });
  }

  /** Sends a form that the API signed; the bucket responds, not the API. */
  async upload({ uploadUrl, fields }: UploadTicket, photo: Blob): Promise<void> {
    await this.#patiently(async () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set("file", photo);
      const { ok, status, text } = await this.#send(uploadUrl, { method: "POST", body: form });
      if (!ok) throw new Refusal(status, "UploadRefused", `The bucket responded with ${status}. ${reason(text)}`);
    });
  }

  /** Polls with growing, jittered waits until the execution has ended. */
  finish(executionId: string): Promise<ExecutionView> {
    const path = `/executions/${encodeURIComponent(executionId)}`;
    const poll = async () => {
      const view = await this.#json(path, ExecutionView).catch((error: unknown) => {
        // Step Functions may not return an execution immediately after its start.
        if (error instanceof Refusal && error.status === 404) throw new StillRunning(error);
        throw error;
      });
      if (view.status === "RUNNING" || view.status === "PENDING_REDRIVE") throw new StillRunning(undefined);
      return view;
    };
    let unseen = 0;
    return pRetry(poll, {
      retries: Number.POSITIVE_INFINITY,
      factor: 1.3,
      randomize: true,
      minTimeout: this.#timing.pollMs,
      maxTimeout: this.#timing.pollMs * 20,
      ...(this.#signal ? { signal: this.#signal } : {}),
      shouldRetry: ({ error }) => {
        if (!(error instanceof StillRunning)) return false;
        unseen = error.notFound ? unseen + 1 : 0;
        return unseen < 5;
      },
    }).catch((error: unknown) => {
      throw (error instanceof StillRunning && error.notFound) || error;
    });
  }

  /** All results, from the view or from its `resultsUrl`. */
  async results({ results, resultsUrl, resultsFormat, executionId }: ExecutionView): Promise<readonly ImageResult[]> {
    if (results) return results;
    if (!resultsUrl) throw new Refusal(400, "NoResults", `The execution "${executionId}" ended without results.`);
    return this.#patiently(async () => {
      const api = await this.#send(resultsUrl, { redirect: "manual", headers: this.#headers() });
      const location = api.headers.get("location");
      if (!location)
        throw new Refusal(api.status, "NoResults", `The API responded with ${api.status} for the results.`);
      // Without the API key: a signed URL does not need it, and it must not appear in the bucket's logs.
      const bucket = await this.#send(location, {});
      if (!bucket.ok) throw new Refusal(bucket.status, "NoResults", `The bucket responded with ${bucket.status}.`);
      const { success, data } = Results.safeParse(parsed(bucket.text, (text) => parseResults(text, resultsFormat)));
      if (success) return data;
      throw new Refusal(400, "NoResults", `The bucket's file is not the results of "${executionId}".`);
    });
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.#endpoint;
    return { "content-type": "application/json", ...(apiKey === undefined ? {} : { "x-api-key": apiKey }) };
  }

  #json<T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}): Promise<z.infer<T>> {
    return this.#patiently(async () => {
      const headers = { ...this.#headers(), ...(init.headers as Record<string, string> | undefined) };
      const {
        ok,
        status,
        text,
        headers: received,
      } = await this.#send(`${this.#endpoint.url}${path}`, {
        ...init,
        headers,
      });
      const body = parsed(text);
      if (!ok) throw refusalOf(status, body, received);
      const { success, data } = schema.safeParse(body);
      if (success) return data;
      const message = `The response of "${this.#endpoint.url}" to ${path} is not from this API: check the endpoint.`;
      throw new CommandFailure(exitCodes.endpointRefused, message);
    });
  }

  /** Sends one request and reads the whole response, because a connection may break during either. */
  async #send(url: string, init: RequestInit) {
    const timeout = AbortSignal.timeout(requestMs);
    const signal = this.#signal ? AbortSignal.any([timeout, this.#signal]) : timeout;
    try {
      const response = await fetch(url, { ...init, signal });
      this.#responded = true;
      const text = await response.text();
      return { ok: response.ok, status: response.status, headers: response.headers, text };
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
    // An unknown name or a closed port is permanent, unless the service has responded before.
    const passing = this.#responded || (why !== "ECONNREFUSED" && why !== "ENOTFOUND");
    return new Unreachable(`"${new URL(url).origin}" is not reachable (${why}). ${hint}`, passing, { cause: error });
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { retryMs, patienceMs } = this.#timing;
    return pRetry(work, {
      retries: Number.POSITIVE_INFINITY,
      factor: 2,
      randomize: true,
      minTimeout: retryMs,
      maxTimeout: retryMs * 16,
      maxRetryTime: patienceMs,
      ...(this.#signal ? { signal: this.#signal } : {}),
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (!(error instanceof Refusal) || !error.passing || error.retryAfterMs === 0 || attemptNumber > retries)
          return;
        await delay(Math.min(error.retryAfterMs, longestRetryAfterMs), undefined, this.#waits());
      },
      shouldRetry: ({ error, attemptNumber }) =>
        error instanceof Refusal
          ? error.passing && attemptNumber <= retries
          : error instanceof Unreachable && error.passing,
    });
  }

  #waits() {
    return this.#signal ? { signal: this.#signal } : {};
  }
}

class StillRunning extends Error {
  override readonly name = "StillRunning";
  /** The API does not know the execution yet, or no longer. */
  readonly notFound: Refusal | undefined;
  constructor(notFound: Refusal | undefined) {
    super(notFound ? "the execution is not known" : "the execution is running");
    this.notFound = notFound;
  }
}

function parsed(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** S3 says why in XML. */
function reason(xml: string): string {
  return /<Message>([^<]*)<\/Message>/.exec(xml)?.[1] ?? "";
}
