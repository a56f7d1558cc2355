import type { ExecutionStatus } from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { RetryRequest } from "../../contract/request.ts";
import type { Retry, S3Location } from "../../contract/workflow.ts";
import { ApiFailure } from "./api-failure.ts";
import { check } from "./body.ts";
import { startOnce } from "./classification.ts";
import { notFinished } from "./executions.ts";
import { find, type Machines } from "./held.ts";
import { isRunning, outcomeOf, statusOf } from "./view.ts";

export interface RetryServices extends Machines {
  readonly exists: (location: S3Location) => Promise<boolean>;
}

/** Reads the body of `POST /executions/{id}/retry`. @throws ApiFailure "InvalidRequest" */
export const readRetry = (body: unknown): RetryRequest => check(RetryRequest, body, 'empty or {"notify": "https://…"}');

/**
 * Starts an execution that classifies again what an earlier one could not for a transient reason. Its results are the
 * full list.
 * @throws ApiFailure "NotFound", "ExecutionNotFinished", "NothingToRetry", "ResultsExpired", "IdempotencyConflict"
 */
export async function retryExecution(
  retryOf: string,
  { key, notify }: RetryRequest & { readonly key: string | undefined },
  services: RetryServices,
): Promise<{ executionId: string; status: ExecutionStatus; retryOf: string }> {
  const found = await find(retryOf, services);
  const { execution } = found;
  if (isRunning(execution)) throw notFinished(retryOf, found);
  if (execution.status !== "SUCCEEDED") {
    const message = `The execution "${retryOf}" is ${statusOf(execution)} and has no results that could be completed: send its images again.`;
    throw new ApiFailure("NothingToRetry", message);
  }
  const { counts, transient = counts.failed, topK = apiLimits.defaultTopK, resultsLocation } = outcomeOf(execution);
  if (transient === 0) {
    const message = `No image of the execution "${retryOf}" failed for a reason that may have passed (${counts.failed} of ${counts.total} failed).`;
    throw new ApiFailure("NothingToRetry", message);
  }
  if (!(await services.exists(resultsLocation))) {
    const message = `The results of the execution "${retryOf}" have expired (setting "resultRetentionDays"): send its images again.`;
    throw new ApiFailure("ResultsExpired", message);
  }
  const { skipped } = counts;
  const input: Retry = {
    retryOf,
    results: resultsLocation,
    topK,
    ...(skipped !== undefined && { skipped }),
    ...(notify !== undefined && { notify }),
  };
  return { ...(await startOnce(input, key, services.machineArn, services)), retryOf };
}
