import type { ApiError } from "../../contract/errors.ts";
import type { ExecutionView, StartedExecution, UploadTicket } from "../../contract/http.ts";
import type { ImageResult } from "../../contract/workflow.ts";

/** The product's HTTP API, as any client uses it. */
export class Api {
  readonly #headers: Readonly<Record<string, string>>;

  constructor(apiKey: string | undefined) {
    this.#headers = { "content-type": "application/json", ...(apiKey !== undefined && { "x-api-key": apiKey }) };
  }

  classify(images: readonly string[]): Promise<StartedExecution> {
    return this.#call<StartedExecution>("/classify", { method: "POST", body: JSON.stringify(images) });
  }

  execution(id: string): Promise<ExecutionView> {
    return this.#call<ExecutionView>(`/executions/${encodeURIComponent(id)}`);
  }

  results(id: string): Promise<readonly ImageResult[]> {
    return this.#call<readonly ImageResult[]>(`/executions/${encodeURIComponent(id)}/results`);
  }

  /** Puts a photo into the bucket by a presigned form; the reference to classify it by. */
  async upload(file: File): Promise<string> {
    const body = JSON.stringify({ contentType: file.type, bytes: file.size });
    const ticket = await this.#call<UploadTicket>("/uploads", { method: "POST", body });
    const form = new FormData();
    for (const [name, value] of Object.entries(ticket.fields)) form.append(name, value);
    form.append("file", file);
    const response = await fetch(ticket.uploadUrl, { method: "POST", body: form });
    if (!response.ok) throw new Error(`"${file.name}" was not stored (HTTP ${response.status}).`);
    return ticket.image;
  }

  async #call<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(path, { ...init, headers: this.#headers, signal: AbortSignal.timeout(30_000) });
    const answer: unknown = await response.json();
    if (response.ok) return answer as Answer;
    const { code, message } = answer as ApiError;
    throw new Error(`${message} (${code})`);
  }
}
