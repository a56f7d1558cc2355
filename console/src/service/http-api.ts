import { z } from "zod";
import { ExecutionView, StartedExecution, UploadTicket } from "../../../contract/http.ts";
import { parseResults } from "../../../contract/results.ts";
import { ImageResult } from "../../../contract/workflow.ts";
import { type Aws, refused } from "./aws.ts";
import { ProblemError } from "./problem.ts";

/** The product's own API, as defined in `contract/http.ts`. Every method throws `ProblemError` with the API's code. */
export class HttpApi {
  readonly #aws: Aws;

  constructor(aws: Aws) {
    this.#aws = aws;
  }

  classify(images: readonly string[]): Promise<StartedExecution> {
    return this.#request("POST", "/classify", StartedExecution, images);
  }

  uploadTicket(contentType: string, bytes: number): Promise<UploadTicket> {
    return this.#request("POST", "/uploads", UploadTicket, { contentType, bytes });
  }

  /** The results of an execution that has ended. They are read from its output or from the bucket. */
  async results(executionId: string): Promise<readonly ImageResult[]> {
    const view = await this.#request("GET", `/executions/${encodeURIComponent(executionId)}`, ExecutionView);
    if (view.results !== undefined || view.resultsUrl === undefined) return view.results ?? [];
    const { pathname } = new URL(view.resultsUrl);
    const parse = (text: string) => parseResults(text, view.resultsFormat);
    return this.#request("GET", pathname, z.array(ImageResult), undefined, parse);
  }

  async #request<Value>(
    method: string,
    path: string,
    schema: z.ZodType<Value>,
    body?: unknown,
    parse: (text: string) => unknown = JSON.parse,
  ): Promise<Value> {
    const response = await this.#aws.send("execute-api", "Invoke", { method, path, body });
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    const read = schema.safeParse(parsedBy(parse, text));
    if (read.success) return read.data;
    throw new ProblemError("UnexpectedAnswer", `The API's response to ${path} has an unknown format.`);
  }
}

function parsedBy(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
