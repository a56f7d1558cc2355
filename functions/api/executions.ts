import { type ExecutionStatus, type ExecutionView, IdempotencyKey } from "../../contract/http.ts";
import { ApiFailure } from "./api-failure.ts";
import type { Signing } from "./signing.ts";
import { executionView, outcomeOf, statusOf } from "./view.ts";
import type { Execution, Workflows } from "./workflows.ts";

export interface ExecutionServices {
  readonly workflows: Workflows;
  readonly signing: Signing;
  readonly machineArn: string;
}

/** @throws ApiFailure "NotFound" */
export async function findExecution(workflows: Workflows, machineArn: string, executionId: string): Promise<Execution> {
  // Step Functions rejects an ARN with an invalid name.
  const known = IdempotencyKey.safeParse(executionId).success;
  const execution = known ? await workflows.describe(machineArn, executionId) : undefined;
  return execution ?? noExecution(executionId);
}

function noExecution(executionId: string): never {
  const message = `There is no execution "${executionId.slice(0, 100)}": it was never started, or its history has expired.`;
  throw new ApiFailure("NotFound", message);
}

export async function showExecution(
  executionId: string,
  resultsUrl: string,
  { workflows, machineArn }: ExecutionServices,
): Promise<ExecutionView> {
  const execution = await findExecution(workflows, machineArn, executionId);
  const release = await workflows.release(machineArn, executionId, execution);
  return executionView(executionId, execution, { resultsUrl, release });
}

/** A freshly signed URL of the results. @throws ApiFailure "NotFound", "ExecutionNotFinished" */
export async function resultsLocation(
  executionId: string,
  { workflows, machineArn, signing }: ExecutionServices,
): Promise<string> {
  const execution = await findExecution(workflows, machineArn, executionId);
  const status = statusOf(execution);
  if (status === "SUCCEEDED") return signing.download(outcomeOf(execution).resultsLocation);
  if (status === "RUNNING" || status === "PENDING_REDRIVE") {
    const message = `The execution "${executionId}" is ${status}: its results are available once it has SUCCEEDED.`;
    throw new ApiFailure("ExecutionNotFinished", message, { headers: { "retry-after": "1" } });
  }
  throw new ApiFailure("NotFound", `The execution "${executionId}" is ${status} and has no results.`);
}

/** Stops an execution; one that has ended is unchanged. @throws ApiFailure "NotFound" */
export async function stopExecution(
  executionId: string,
  { workflows, machineArn }: ExecutionServices,
): Promise<{ executionId: string; status: ExecutionStatus }> {
  const before = await findExecution(workflows, machineArn, executionId);
  if (before.status !== "RUNNING" && before.status !== "PENDING_REDRIVE")
    return { executionId, status: statusOf(before) };
  if (!(await workflows.stop(machineArn, executionId))) noExecution(executionId);
  return { executionId, status: statusOf(await findExecution(workflows, machineArn, executionId)) };
}
