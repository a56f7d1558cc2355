import pRetry from "p-retry";
import type { z } from "zod";
import { ApiError } from "../../contract/errors.ts";
import { ExecutionView, StartedExecution, UploadTicket } from "../../contract/http.ts";
import { ImageResult } from "../../contract/workflow.ts";
import type { Endpoint } from "./endpoint.ts";
import { CommandFailure, exitCodes } from "../failure.ts";

/** The API refused a request: its code tells what the caller can do. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
  }

  /** Trying again may help. */
  get passing(): boolean {
    return this.status === 429 || this.status === 502 || this.status === 503;
  }
}

const requestMs = 60_000;
const Results = ImageResult.array();

export interface ClientTiming {
  /** First wait between two attempts; it doubles, with jitter. */
  readonly retryMs: number;
  readonly pollMs: number;
}

/** The API as the command uses it: JSON in, checked JSON out, passing failures tried again. */
export class Client {
  readonly #endpoint: Endpoint;
  readonly #timing: ClientTiming;

  constructor(endpoint: Endpoint, timing: ClientTiming = { retryMs: 500, pollMs: 200 }) {
    this.#endpoint = endpoint;
    this.#timing = timing;
  }

  start(body: { images: readonly string[]; topK: number }, key: string): Promise<StartedExecution> {
    // The key makes a repeated request safe: it finds the execution that the first one started.
    const init = { method: "POST", body: JSON.stringify(body), headers: { "idempotency-key": key } };
    return this.#json("/classify", StartedExecution, init);
  }

  ticket(contentType: string, bytes: number): Promise<UploadTicket> {
    return this.#json("/uploads", UploadTicket, { method: "POST", body: JSON.stringify({ contentType, bytes }) });
  }

  /** Sends a form that the API signed; the bucket answers, not the API. */
  async upload({ uploadUrl, fields }: UploadTicket, photo: Blob): Promise<void> {
    await this.#patiently(async () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set("file", photo);
      const response = await this.#send(uploadUrl, { method: "POST", body: form });
      const answer = await response.text();
      if (!response.ok)
        throw new Refusal(
          response.status,
          "UploadRefused",
          `The bucket answered ${response.status}. ${reason(answer)}`,
        );
    });
  }

  /** Polls with growing, jittered waits until the execution has ended. */
  finish(executionId: string): Promise<ExecutionView> {
    const poll = async () => {
      const view = await this.#json(`/executions/${executionId}`, ExecutionView).catch((error: unknown) => {
        // Step Functions may not show an execution in the moment after its start.
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      });
      if (!view || view.status === "RUNNING" || view.status === "PENDING_REDRIVE") throw new StillRunning(!view);
      return view;
    };
    let unseen = 0;
    return pRetry(poll, {
      ...{ retries: Number.POSITIVE_INFINITY, factor: 1.3, randomize: true },
      ...{ minTimeout: this.#timing.pollMs, maxTimeout: this.#timing.pollMs * 20 },
      shouldRetry: ({ error }) => {
        if (!(error instanceof StillRunning)) return false;
        unseen = error.unseen ? unseen + 1 : 0;
        return unseen < 5;
      },
    });
  }

  /** All results, from the view or from where it says that they are. */
  async results({ results, resultsUrl, executionId }: ExecutionView): Promise<readonly ImageResult[]> {
    if (results) return results;
    if (!resultsUrl) throw new Refusal(500, "NoResults", `The execution "${executionId}" ended without results.`);
    return this.#patiently(async () => {
      const api = await this.#send(resultsUrl, { redirect: "manual", headers: this.#headers() });
      await api.arrayBuffer();
      const location = api.headers.get("location");
      if (!location) throw new Refusal(api.status, "NoResults", `The API answered ${api.status} for the results.`);
      // Without the key: what is signed needs none, and the bucket's logs are no place for it.
      const bucket = await this.#send(location, {});
      if (!bucket.ok) throw new Refusal(bucket.status, "NoResults", `The bucket answered ${bucket.status}.`);
      return Results.parse(await bucket.json());
    });
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.#endpoint;
    return { "content-type": "application/json", ...(apiKey === undefined ? {} : { "x-api-key": apiKey }) };
  }

  #json<T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}): Promise<z.infer<T>> {
    return this.#patiently(async () => {
      const headers = { ...this.#headers(), ...(init.headers as Record<string, string> | undefined) };
      const response = await this.#send(`${this.#endpoint.url}${path}`, { ...init, headers });
      const body = await response.json().catch(() => undefined);
      if (!response.ok) throw refusal(response.status, body);
      const { success, data } = schema.safeParse(body);
      if (success) return data;
      const message = `"${this.#endpoint.url}" answered ${path} with something that is not this API's: is it the endpoint?`;
      throw new CommandFailure(exitCodes.endpointRefused, message);
    });
  }

  /** Any failure of the connection itself ends the command, once trying again is over. */
  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(requestMs) });
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
      const why = cause?.code ?? cause?.message ?? message;
      const hint = /localhost|127\.0\.0\.1/.test(url) ? " Is the service running (npm start)?" : "";
      const sentence = `"${new URL(url).origin}" is not reachable (${why}).${hint}`;
      throw new Unreachable(cause?.code, sentence, { cause: error });
    }
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return pRetry(work, {
      ...{
        retries: 4,
        factor: 2,
        randomize: true,
        minTimeout: this.#timing.retryMs,
        maxTimeout: this.#timing.retryMs * 16,
      },
      shouldRetry: ({ error }) => (error instanceof Refusal || error instanceof Unreachable) && error.passing,
    });
  }
}

class Unreachable extends CommandFailure {
  /** A name that does not exist and a port where nobody listens stay so. */
  readonly passing: boolean;
  constructor(code: string | undefined, message: string, options: ErrorOptions) {
    super(exitCodes.endpointRefused, message, options);
    this.passing = code !== "ECONNREFUSED" && code !== "ENOTFOUND";
  }
}

class StillRunning extends Error {
  readonly unseen: boolean;
  constructor(unseen: boolean) {
    super(unseen ? "the execution is not known" : "the execution is running");
    this.name = "StillRunning";
    this.unseen = unseen;
  }
}

function refusal(status: number, body: unknown): Refusal {
  const { success, data } = ApiError.safeParse(body);
  if (!success) return new Refusal(status, `Http${status}`, `The endpoint answered ${status}.`);
  const places = data.details?.map(({ path, message }) => ` ${path || "body"}: ${message}.`).join("") ?? "";
  return new Refusal(status, data.code, `${data.message}${places}`);
}

/** S3 says why in XML. */
function reason(xml: string): string {
  return /<Message>([^<]*)<\/Message>/.exec(xml)?.[1] ?? "";
}
