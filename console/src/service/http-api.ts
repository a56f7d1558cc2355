import { z } from "zod";
import { ExecutionView, StartedExecution, UploadTicket } from "../../../contract/http.ts";
import { ImageResult } from "../../../contract/workflow.ts";
import type { Configuration } from "./configuration.ts";
import { ProblemError } from "./problem.ts";

/** The product's own API, as `contract/http.ts` has it. Every method throws `ProblemError` with the API's code. */
export class HttpApi {
  readonly #endpoint: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ endpoint, apiKey }: Configuration) {
    this.#endpoint = endpoint;
    this.#headers = apiKey === undefined ? {} : { "x-api-key": apiKey };
  }

  classify(images: readonly string[]): Promise<StartedExecution> {
    return this.#post("/classify", images, StartedExecution);
  }

  uploadTicket(contentType: string, bytes: number): Promise<UploadTicket> {
    return this.#post("/uploads", { contentType, bytes }, UploadTicket);
  }

  /** The results of an execution that has ended, from wherever they stand. */
  async results(executionId: string): Promise<readonly ImageResult[]> {
    const view = await this.#request(`/executions/${encodeURIComponent(executionId)}`, {}, ExecutionView);
    if (view.results !== undefined || view.resultsUrl === undefined) return view.results ?? [];
    const { pathname } = new URL(view.resultsUrl);
    return this.#request(pathname, {}, z.array(ImageResult));
  }

  #post<Value>(path: string, body: unknown, schema: z.ZodType<Value>): Promise<Value> {
    const headers = { "content-type": "application/json" };
    return this.#request(path, { method: "POST", headers, body: JSON.stringify(body) }, schema);
  }

  async #request<Value>(path: string, init: RequestInit, schema: z.ZodType<Value>): Promise<Value> {
    const response = await fetch(this.#endpoint + path, { ...init, headers: { ...init.headers, ...this.#headers } });
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refused(response.status, body);
    const parsed = schema.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new ProblemError("UnexpectedAnswer", `The API answered ${path} in a shape that this page does not know.`);
  }
}

/** An answer that says why, in the API's words; those of the gateway may lack the code. */
const Refusal = z.object({ code: z.string().optional(), message: z.string() });

function refused(status: number, body: unknown): ProblemError {
  const { data } = Refusal.safeParse(body);
  return new ProblemError(data?.code ?? `Status${status}`, data?.message ?? `The API answered with status ${status}.`);
}
