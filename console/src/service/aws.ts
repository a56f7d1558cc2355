import { z } from "zod";
import { ProblemError } from "./problem.ts";

/** The way to AWS and to the product's API: this page's server signs each call, so the page holds no credentials. */
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
    // The server was started anew and forgot this browser; where it may, loading the page gives a new session.
    await (await fetch(`${this.#origin}/`)).text();
    return post();
  }
}

/** JSON has no dates: AWS's fields for them are called `…Date` or `timestamp`, and nothing in an event's details is. */
function reviveDate(this: unknown, name: string, value: unknown): unknown {
  if (!/(^timestamp|Date)$/.test(name) || typeof value !== "string") return value;
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : value;
}

/** An error that says why, in the service's words; those of the gateway may lack the code. */
const Refusal = z.object({ code: z.string().optional(), message: z.string() });

/** The problem that a response without success is. */
export function refused(status: number, text: string): ProblemError {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // Said below, by its status.
  }
  const { data } = Refusal.safeParse(body);
  return new ProblemError(data?.code ?? `Status${status}`, data?.message ?? `The API answered with status ${status}.`);
}
