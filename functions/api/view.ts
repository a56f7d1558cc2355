import type { z } from "zod";
import type { ExampleExecution, ExecutionStatus, ExecutionView, Progress } from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { resultsFormatOf } from "../../contract/results.ts";
import { type Outcome, Retry, StoredOutcome } from "../../contract/workflow.ts";
import type { Execution } from "./workflows.ts";

const endings: Readonly<Record<string, { code: string; message: string }>> = {
  FAILED: { code: "States.TaskFailed", message: "The workflow failed." },
  TIMED_OUT: { code: "States.Timeout", message: "The workflow timed out." },
  ABORTED: { code: "Stopped", message: "The execution was stopped." },
};
const maxMessage = 1_000;

/** Why an execution failed: the error's name, and its message without Lambda's envelope. */
export function errorOf({ status, error, cause }: Pick<Execution, "status" | "error" | "cause">) {
  const ending = endings[status ?? ""];
  if (!ending) return undefined;
  return { code: error ?? ending.code, message: (sentence(cause) ?? ending.message).slice(0, maxMessage) };
}

function sentence(cause: string | undefined): string | undefined {
  if (!cause?.startsWith("{")) return cause || undefined;
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === "string" ? errorMessage : cause;
  } catch {
    return cause;
  }
}

export function statusOf(execution: Pick<Execution, "status">): ExecutionStatus {
  return execution.status ?? "RUNNING";
}

/** The status of an execution that has not begun. */
export function heldStatus(execution: Pick<Execution, "status">): ExecutionStatus {
  return isRunning(execution) ? "SCHEDULED" : statusOf(execution);
}

export function isRunning(execution: Pick<Execution, "status">): boolean {
  const status = statusOf(execution);
  return status === "RUNNING" || status === "PENDING_REDRIVE";
}

/** Seconds after which a client may ask again: one at first, more about an execution that takes long. */
export function retryAfterSeconds(startedAt: Date): number {
  const seconds = (Date.now() - startedAt.getTime()) / 1_000;
  return Math.min(Math.max(Math.ceil(seconds / 10), 1), apiLimits.retryAfterSeconds);
}

/** Seconds after which a client may ask again about an execution that starts later. */
export function secondsUntil(time: Date | undefined): number {
  const seconds = ((time?.getTime() ?? 0) - Date.now()) / 1_000;
  return Math.min(Math.max(Math.ceil(seconds), 1), apiLimits.retryAfterSeconds);
}

export function startOf(execution: Pick<Execution, "startDate">): Date {
  return execution.startDate ?? new Date(0);
}

/** The output of the workflow. */
export function outcomeOf(execution: Pick<Execution, "output">): Outcome {
  return StoredOutcome.parse(JSON.parse(execution.output ?? "null"));
}

interface ViewDetails {
  readonly resultsUrl: string;
  readonly release: string | undefined;
  readonly progress: Progress | undefined;
}

function retryOf({ input }: Execution): Partial<ExecutionView> {
  const retry = input === undefined ? undefined : Retry.safeParse(JSON.parse(input));
  return retry?.success ? { retryOf: retry.data.retryOf } : {};
}

/** The body of `GET /executions/{id}`; `resultsUrl` replaces results that are too large for the body. */
export function executionView(
  executionId: string,
  execution: Execution,
  { resultsUrl, release, progress }: ViewDetails,
): ExecutionView {
  const error = errorOf(execution);
  return {
    executionId,
    status: statusOf(execution),
    ...(release === undefined ? {} : { release }),
    ...retryOf(execution),
    startedAt: startOf(execution).toISOString(),
    ...(execution.stopDate ? { finishedAt: execution.stopDate.toISOString() } : {}),
    ...(progress ? { progress } : {}),
    ...(execution.status === "SUCCEEDED" ? resultsOf(outcomeOf(execution), resultsUrl) : {}),
    ...(error ? { error } : {}),
  };
}

/** The body of `GET /executions/{id}` for an execution that has not begun. */
export function heldView(
  executionId: string,
  execution: Execution,
  { notBefore, progress }: { readonly notBefore: Date | undefined; readonly progress: Progress | undefined },
): ExecutionView {
  const error = errorOf(execution);
  return {
    executionId,
    status: heldStatus(execution),
    startedAt: startOf(execution).toISOString(),
    ...(notBefore ? { notBefore: notBefore.toISOString() } : {}),
    ...(execution.stopDate ? { finishedAt: execution.stopDate.toISOString() } : {}),
    ...(progress ? { progress } : {}),
    ...(error ? { error } : {}),
  };
}

function resultsOf({ counts, results, resultsLocation }: Outcome, resultsUrl: string): Partial<ExecutionView> {
  const resultsFormat = resultsFormatOf(resultsLocation);
  return results ? { counts, results, resultsFormat } : { counts, resultsUrl, resultsFormat };
}

/** The body of an example's execution; each example has a different output. */
export function exampleView(executionId: string, execution: Execution): z.infer<typeof ExampleExecution> {
  const error = errorOf(execution);
  return {
    executionId,
    status: statusOf(execution),
    ...(execution.output === undefined ? {} : { output: JSON.parse(execution.output) as unknown }),
    ...(error ? { error } : {}),
  };
}
