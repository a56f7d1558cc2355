import { z } from "zod";
import { ProblemError } from "./problem.ts";

/** Access to AWS and to the product's API: the server signs each request, so the page has no credentials. */
export class Aws {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** One operation, by its AWS names; dates of the output are Date objects. @throws ProblemError with the service's code */
  async call<Output>(service: string, operation: string, input: object): Promise<Output> {
    const response = await this.send(service, operation, input);
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    return JSON.parse(text, reviveDate) as Output;
  }

  /** The response as it is, whatever its status. */
  async send(service: string, operation: string, input: object): Promise<Response> {
    const post = (): Promise<Response> =>
      fetch(`${this.#origin}/aws/${service}/${operation}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(input),
      });
    const response = await post();
    if (response.status !== 401 || refused(401, await response.clone().text()).code !== "NoSession") return response;
    // The server has restarted and lost this session; reloading the page starts a new one if that is allowed.
    await (await fetch(`${this.#origin}/`)).text();
    return post();
  }
}

/** JSON has no dates: AWS's fields for them are called `…Date` or `timestamp`, and nothing in an event's details is. */
function reviveDate(this: unknown, name: string, value: unknown): unknown {
  if (!/(^timestamp|Date)$/.test(name) || typeof value !== "string") return value;
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;
}

/** An error body of the service; errors of the gateway may lack the code. */
const Refusal = z.object({ code: z.string().optional(), message: z.string() });

/** Converts an unsuccessful response to a problem. */
export function refused(status: number, text: string): ProblemError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Said below, by its status.
  }
  const { data } = Refusal.safeParse(body);
  return new ProblemError(data?.code ?? `Status${status}`, data?.message ?? `The API responded with status ${status}.`);
}
