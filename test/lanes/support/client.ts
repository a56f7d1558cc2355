import { setTimeout as delay } from "node:timers/promises";
import { ExecutionView, StartedExecution } from "../../../contract/http.ts";
import { parseResults } from "../../../contract/results.ts";
import type { ImageResult } from "../../../contract/workflow.ts";
import type { RunningService } from "./service.ts";

export type Target = Pick<RunningService, "url" | "apiKey">;

/** A call of the HTTP API with the lane's key. It is aborted after a minute, unless `init` has a signal. */
export async function call(target: Target, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, target.url), {
    ...init,
    headers: { "x-api-key": target.apiKey, "content-type": "application/json", ...init.headers },
    signal: init.signal ?? AbortSignal.timeout(60_000),
  });
}

/** Posts a list of images, or a request with options, and returns the identifier of the execution. */
export async function start(target: Target, images: readonly string[] | object): Promise<string> {
  const response = await call(target, "/classify", { method: "POST", body: JSON.stringify(images) });
  const body: unknown = await response.json();
  if (response.status !== 202) throw new Error(`POST /classify returned ${response.status}: ${JSON.stringify(body)}`);
  return StartedExecution.parse(body).executionId;
}

/** Polls until the execution has ended. */
export async function finish(target: Target, executionId: string, withinMs = 300_000): Promise<ExecutionView> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const response = await call(target, `/executions/${executionId}`);
    const view = ExecutionView.parse(await response.json());
    if (view.status !== "RUNNING" && view.status !== "SCHEDULED") return view;
    if (Date.now() > deadline) throw new Error(`execution "${executionId}" still runs after ${withinMs / 1000} s`);
    await delay(100);
  }
}

/** The results of a finished execution, from the response or from the bucket. */
export async function results(target: Target, view: ExecutionView): Promise<readonly ImageResult[]> {
  if (view.results) return view.results;
  const response = await call(target, `/executions/${view.executionId}/results`);
  return parseResults(await response.text(), view.resultsFormat) as ImageResult[];
}
