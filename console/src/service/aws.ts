import { z } from "zod";
import { ProblemError } from "./problem.ts";

/** Access to AWS and to the product's API: the server signs each request, so the page has no credentials. */
export class Aws {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /**
   * Calls an operation, by its AWS name. Dates in the output are Date objects. @throws ProblemError with the service's
   * code
   */
  async call<Output>(service: string, operation: string, input: object): Promise<Output> {
    const response = await this.send(service, operation, input);
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    return JSON.parse(text, reviveDate) as Output;
  }

  /** Returns the response unchanged, whatever its status is. */
  send(service: string, operation: string, input: object): Promise<Response> {
    return this.#post(`${service}/${operation}`, "application/json", JSON.stringify(input));
  }

  /** Sends bytes as they are, with parameters in the address. Returns the response unchanged. */
  sendBytes(
    service: string,
    operation: string,
    bytes: Blob,
    parameters: Readonly<Record<string, string>>,
  ): Promise<Response> {
    return this.#post(`${service}/${operation}?${new URLSearchParams(parameters)}`, bytes.type, bytes);
  }

  async #post(location: string, type: string, body: string | Blob): Promise<Response> {
    const post = (): Promise<Response> =>
      fetch(`${this.#origin}/aws/${location}`, { method: "POST", headers: { "content-type": type }, body });
    const response = await post();
    if (response.status !== 401 || refused(401, await response.clone().text()).code !== "NoSession") return response;
    // The server has restarted and lost this session. Reloading the page starts a new session if that is allowed.
    await (await fetch(`${this.#origin}/`)).text();
    return post();
  }
}

/**
 * JSON has no dates. AWS names its date fields `…Date` or `timestamp`, and no other field in an event's details has
 * such a name.
 */
function reviveDate(this: unknown, name: string, value: unknown): unknown {
  if (!/(^timestamp|Date)$/.test(name) || typeof value !== "string") return value;
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;
}

/** An error body of the service. Errors that API Gateway itself returns may have no code. */
const Refusal = z.object({ code: z.string().optional(), message: z.string() });

/** Client errors after which the same request may succeed: no session, a time limit, an early request, throttling. */
const passingStatuses: readonly number[] = [401, 408, 409, 429];

/** Converts an unsuccessful response to a problem. */
export function refused(status: number, text: string): ProblemError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The error below describes the response by its status.
  }
  const { data } = Refusal.safeParse(body);
  const lasts = status >= 400 && status < 500 && !passingStatuses.includes(status);
  const message = data?.message ?? `The API responded with status ${status}.`;
  return new ProblemError(data?.code ?? `Status${status}`, message, { lasts });
}
