import { setTimeout as delay } from "node:timers/promises";
import pRetry from "p-retry";
import type { z } from "zod";
import { AnyResult, AnyView } from "../../contract/any-release.ts";
import {
  type ExecutionStatus,
  type ExecutionView,
  type ManifestContentType,
  ManifestTicket,
  StartedExecution,
  UploadTicket,
} from "../../contract/http.ts";
import { parseResults } from "../../contract/results.ts";
import type { ImageResult } from "../../contract/workflow.ts";
import { linesOf } from "../../lib/lines.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { Connection } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { pollDelayMs } from "./poll-delay.ts";
import { Refusal, refusalOf, retryAfterOf, Unreachable } from "./refusal.ts";

/** Number of retries after a transient error response. */
const retries = 4;
/** Maximum `retry-after` of a response that is respected, in milliseconds. */
const longestRetryAfterMs = 30_000;
/** An execution that is not found this often in a row does not exist. */
const mostUnseen = 5;
const Results = AnyResult.array();

export interface ClientTiming {
  /** Delay before the first retry; it doubles, with jitter. */
  readonly retryMs: number;
  readonly pollMs: number;
  /** How long a lost connection is retried; a restart of the service takes less. */
  readonly patienceMs: number;
}

/** Images that the service can fetch: listed, below a prefix, or in a manifest. */
export type ImagesToClassify = { readonly images: readonly string[] | string } | { readonly manifest: string };

/** What a request asks for besides its images. */
export interface RequestOptions {
  readonly topK: number;
  /** Called when an execution has ended. */
  readonly notify?: string;
  /** When an execution begins, in ISO 8601. */
  readonly notBefore?: string;
}

/** The statuses of an execution that has not ended. */
const unended: readonly ExecutionStatus[] = ["SCHEDULED", "RUNNING", "PENDING_REDRIVE"];

const defaultTiming: ClientTiming = { retryMs: 500, pollMs: 200, patienceMs: 120_000 };

/** A client of the API: sends JSON, validates JSON responses, and retries transient failures within limits. */
export class Client {
  readonly #endpoint: Endpoint;
  readonly #timing: ClientTiming;
  readonly #signal: AbortSignal | undefined;
  readonly #connection: Connection;

  /** @param signal aborts every request and every wait */
  constructor(endpoint: Endpoint, timing: Partial<ClientTiming> = {}, signal?: AbortSignal) {
    this.#endpoint = endpoint;
    this.#timing = { ...defaultTiming, ...timing };
    this.#signal = signal;
    this.#connection = new Connection(signal);
  }

  /** Starts an execution. The key makes a repetition safe: it returns the execution that the first request started. */
  start(body: ImagesToClassify & RequestOptions, key: string): Promise<StartedExecution> {
    const init = { method: "POST", body: JSON.stringify(body), headers: { "idempotency-key": key } };
    return this.#json("/classify", StartedExecution, init);
  }

  /** Starts an execution that classifies again what failed for a transient reason in another one. */
  retry(executionId: string, key: string): Promise<StartedExecution> {
    const init = { method: "POST", headers: { "idempotency-key": key } };
    return this.#json(`/executions/${encodeURIComponent(executionId)}/retry`, StartedExecution, init);
  }

  /** Stops an execution; one that has ended is unchanged. */
  cancel(executionId: string): Promise<StartedExecution> {
    return this.#json(`/executions/${encodeURIComponent(executionId)}`, StartedExecution, { method: "DELETE" });
  }

  ticket(contentType: string, bytes: number): Promise<UploadTicket> {
    return this.#json("/uploads", UploadTicket, { method: "POST", body: JSON.stringify({ contentType, bytes }) });
  }

  manifestTicket(contentType: ManifestContentType, bytes: number, name: string): Promise<ManifestTicket> {
    const body = JSON.stringify({ contentType, bytes, name });
    return this.#json("/uploads", ManifestTicket, { method: "POST", body });
  }

  /** Sends a form that the API signed; the bucket responds, not the API. */
  async upload({ uploadUrl, fields }: Pick<UploadTicket, "uploadUrl" | "fields">, file: Blob): Promise<void> {
    await this.#patiently(async () => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set("file", file);
      const { ok, status, text } = await this.#connection.send(uploadUrl, { method: "POST", body: form });
      if (!ok) throw new Refusal(status, "UploadRefused", `The bucket responded with ${status}. ${reason(text)}`);
    });
  }

  /**
   * Polls with growing, jittered waits until the execution has ended.
   * @param onView called with each view of the running execution
   */
  async finish(executionId: string, onView: (view: ExecutionView) => void = () => {}): Promise<ExecutionView> {
    const path = `/executions/${encodeURIComponent(executionId)}`;
    const { pollMs } = this.#timing;
    let unseen = 0;
    for (let waitMs = pollMs; ; waitMs = Math.min(waitMs * 1.3, pollMs * 20)) {
      const { view, retryAfterMs } = await this.#view(path).catch((error: unknown) => {
        // Step Functions may not return an execution immediately after its start.
        unseen += 1;
        if (error instanceof Refusal && error.status === 404 && unseen < mostUnseen)
          return { view: undefined, retryAfterMs: 0 };
        throw error;
      });
      if (view) {
        unseen = 0;
        if (!unended.includes(view.status)) return view;
        onView(view);
      }
      await delay(pollDelayMs(waitMs, retryAfterMs), undefined, this.#waits());
    }
  }

  async #view(path: string) {
    const { body, retryAfterMs } = await this.#exchange(path, AnyView);
    return { view: body, retryAfterMs };
  }

  /** All results, from the view or from its `resultsUrl`. */
  async results({ results, resultsUrl, resultsFormat, executionId }: ExecutionView): Promise<readonly ImageResult[]> {
    if (results) return results;
    if (!resultsUrl) throw withoutResults(executionId);
    return this.#patiently(async () => {
      // Without the API key: a signed URL does not need it, and it must not appear in the bucket's logs.
      const bucket = await this.#connection.send(await this.#signedUrl(resultsUrl), {});
      if (!bucket.ok) throw new Refusal(bucket.status, "NoResults", `The bucket responded with ${bucket.status}.`);
      const { success, data } = Results.safeParse(parsed(bucket.text, (text) => parseResults(text, resultsFormat)));
      if (success) return data;
      throw new Refusal(400, "NoResults", `The bucket's file is not the results of "${executionId}".`);
    });
  }

  /**
   * The results one by one. Lines of JSON are read as a stream, so that any number needs little memory; if the
   * connection is lost, they are requested again, and those that were yielded are skipped.
   */
  async *eachResult(view: ExecutionView): AsyncGenerator<ImageResult> {
    const { resultsUrl, resultsFormat, executionId } = view;
    if (!resultsUrl || resultsFormat !== "jsonl") return yield* await this.results(view);
    let [yielded, losses] = [0, 0];
    for (;;) {
      try {
        let line = 0;
        for await (const text of linesOf(await this.#patiently(() => this.#resultPieces(resultsUrl)), "required")) {
          line += 1;
          if (line <= yielded) continue;
          const { success, data } = AnyResult.safeParse(parsed(text));
          if (!success)
            throw new Refusal(400, "NoResults", `Line ${line} of the results of "${executionId}" is no result.`);
          [yielded, losses] = [line, 0];
          yield data;
        }
        return;
      } catch (error) {
        losses += 1;
        const lost = (error instanceof Unreachable && error.passing) || error instanceof SyntaxError;
        if (!lost || losses > retries) throw error;
        await delay(this.#timing.retryMs * 2 ** losses * (0.5 + Math.random()), undefined, this.#waits());
      }
    }
  }

  async #resultPieces(resultsUrl: string): Promise<AsyncIterable<Uint8Array>> {
    const { ok, status, pieces } = await this.#connection.open(await this.#signedUrl(resultsUrl));
    if (!ok) throw new Refusal(status, "NoResults", `The bucket responded with ${status}.`);
    return pieces;
  }

  async #signedUrl(resultsUrl: string): Promise<string> {
    const api = await this.#connection.send(resultsUrl, { redirect: "manual", headers: this.#headers() });
    const location = api.headers.get("location");
    if (location) return location;
    throw new Refusal(api.status, "NoResults", `The API responded with ${api.status} for the results.`);
  }

  #headers(): Record<string, string> {
    const { apiKey } = this.#endpoint;
    return { "content-type": "application/json", ...(apiKey === undefined ? {} : { "x-api-key": apiKey }) };
  }

  async #json<T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}): Promise<z.infer<T>> {
    return (await this.#exchange(path, schema, init)).body;
  }

  #exchange<T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}) {
    return this.#patiently(async () => {
      const headers = { ...this.#headers(), ...(init.headers as Record<string, string> | undefined) };
      const response = await this.#connection.send(`${this.#endpoint.url}${path}`, { ...init, headers });
      const body = parsed(response.text);
      if (!response.ok) throw refusalOf(response.status, body, response.headers);
      const { success, data } = schema.safeParse(body);
      if (success) return { body: data, retryAfterMs: retryAfterOf(response.headers) };
      const message = `The response of "${this.#endpoint.url}" to ${path} is not from this API: check the endpoint.`;
      throw new CommandFailure(exitCodes.endpointRefused, message);
    });
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

function withoutResults(executionId: string): Refusal {
  return new Refusal(400, "NoResults", `The execution "${executionId}" ended without results.`);
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
