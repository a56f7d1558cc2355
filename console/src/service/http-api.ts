import { z } from "zod";
import { AnyResult, AnyView } from "../../../contract/any-release.ts";
import { StartedExecution } from "../../../contract/http.ts";
import { parseResults } from "../../../contract/results.ts";
import type { ImageResult } from "../../../contract/workflow.ts";
import { type Aws, refused } from "./aws.ts";
import { ProblemError } from "./problem.ts";

const Uploaded = z.object({ image: z.string() });

/** The product's own API, as defined in `contract/http.ts`. Every method throws `ProblemError` with the API's code. */
export class HttpApi {
  readonly #aws: Aws;

  constructor(aws: Aws) {
    this.#aws = aws;
  }

  classify(images: readonly string[]): Promise<StartedExecution> {
    return this.#request("POST", "/classify", StartedExecution, images);
  }

  /** Stores a photo in the bucket under this name and returns its reference. */
  async upload(photo: Blob, name: string): Promise<string> {
    const response = await this.#aws.sendBytes("execute-api", "Upload", photo, { name });
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    return checked(Uploaded, parsedBy(JSON.parse, text), "/uploads").image;
  }

  /** The results of an execution that has ended. They are read from its output or from the bucket. */
  async results(executionId: string): Promise<readonly ImageResult[]> {
    const view = await this.#request("GET", `/executions/${encodeURIComponent(executionId)}`, AnyView);
    if (view.results !== undefined || view.resultsUrl === undefined) return view.results ?? [];
    const { text } = await this.#aws.call<{ readonly text: string }>("execute-api", "ReadResults", { executionId });
    const parsed = parsedBy((each) => parseResults(each, view.resultsFormat), text);
    return checked(z.array(AnyResult), parsed, `/executions/${executionId}/results`);
  }

  async #request<Value>(method: string, path: string, schema: z.ZodType<Value>, body?: unknown): Promise<Value> {
    const response = await this.#aws.send("execute-api", "Invoke", { method, path, body });
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    return checked(schema, parsedBy(JSON.parse, text), path);
  }
}

function checked<Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value {
  const { success, data } = schema.safeParse(value);
  if (success) return data;
  throw new ProblemError("UnexpectedAnswer", `The API's response to ${path} has an unknown format.`, { lasts: true });
}

function parsedBy(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
