import { type ExecutionStatus, type ExecutionView, IdempotencyKey } from "../../contract/http.ts";
import { ApiFailure, asFailure } from "./api-failure.ts";
import type { ProgressReader } from "./progress/progress.ts";
import type { Recent } from "./progress/recent.ts";
import type { Signing } from "./signing.ts";
import { executionView, isRunning, outcomeOf, retryAfterSeconds, startOf, statusOf } from "./view.ts";
import type { Execution, Workflows } from "./workflows.ts";

export interface ExecutionServices {
  readonly workflows: Workflows;
  readonly signing: Signing;
  readonly machineArn: string;
  readonly progress: ProgressReader;
  /** Executions as this sandbox saw them last. */
  readonly seen: Recent<Execution>;
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

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Shows an execution, after waiting for its end for at most `waitSeconds`. While Step Functions limits requests, an
 * execution that this sandbox has seen running is shown as it was.
 * @throws ApiFailure "NotFound"
 */
export async function showExecution(
  executionId: string,
  { resultsUrl, waitSeconds }: { readonly resultsUrl: string; readonly waitSeconds: number },
  { workflows, machineArn, progress: reader, seen }: ExecutionServices,
): Promise<{ readonly view: ExecutionView; readonly retryAfter: number | undefined }> {
  const find = () => findUnthrottled(executionId, { workflows, machineArn, seen });
  const waitUntil = Date.now() + waitSeconds * 1_000;
  let execution = await find();
  while (isRunning(execution) && Date.now() < waitUntil) {
    await sleep(Math.min(pollMs, waitUntil - Date.now()));
    execution = await find();
  }
  const progress = await reader.of(machineArn, executionId, execution);
  const release = await workflows.release(machineArn, executionId, execution);
  const view = executionView(executionId, execution, { resultsUrl, release, progress });
  return { view, retryAfter: isRunning(execution) ? retryAfterSeconds(startOf(execution)) : undefined };
}

/**
 * The seconds to wait that the parameter `wait` asks for, at most `most`; without it, none.
 * @throws ApiFailure "InvalidRequest"
 */
export function readWait(wait: string | undefined, most: number): number {
  if (wait === undefined) return 0;
  if (/^\d{1,6}$/.test(wait)) return Math.min(Number(wait), most);
  const message = `The parameter "wait" is ${JSON.stringify(wait.slice(0, 100))}, but must be a whole number of seconds: this API waits up to ${most}.`;
  throw new ApiFailure("InvalidRequest", message, { details: [{ path: "wait", message: "is not a whole number" }] });
}

/** DescribeExecution refills 15 calls per second for a whole account (Step Functions, "Service quotas"). */
const pollMs = 1_000;

async function findUnthrottled(
  executionId: string,
  { workflows, machineArn, seen }: Pick<ExecutionServices, "workflows" | "machineArn" | "seen">,
): Promise<Execution> {
  try {
    const execution = await findExecution(workflows, machineArn, executionId);
    seen.set(executionId, execution);
    return execution;
  } catch (error) {
    const last = seen.find(executionId);
    if (last !== undefined && asFailure(error).code === "TooManyRequests") return last;
    throw error;
  }
}

/** A freshly signed URL of the results. @throws ApiFailure "NotFound", "ExecutionNotFinished" */
export async function resultsLocation(
  executionId: string,
  { workflows, machineArn, signing }: Pick<ExecutionServices, "workflows" | "machineArn" | "signing">,
): Promise<string> {
  const execution = await findExecution(workflows, machineArn, executionId);
  const status = statusOf(execution);
  if (status === "SUCCEEDED") return signing.download(outcomeOf(execution).resultsLocation);
  if (isRunning(execution)) throw notFinished(executionId, execution);
  throw new ApiFailure("NotFound", `The execution "${executionId}" is ${status} and has no results.`);
}

export function notFinished(executionId: string, execution: Execution): ApiFailure {
  const message = `The execution "${executionId}" is ${statusOf(execution)}: its results are available once it has SUCCEEDED.`;
  const headers = { "retry-after": String(retryAfterSeconds(startOf(execution))) };
  return new ApiFailure("ExecutionNotFinished", message, { headers });
}

/** Stops an execution; one that has ended is unchanged. @throws ApiFailure "NotFound" */
export async function stopExecution(
  executionId: string,
  { workflows, machineArn }: Pick<ExecutionServices, "workflows" | "machineArn">,
): Promise<{ executionId: string; status: ExecutionStatus }> {
  const before = await findExecution(workflows, machineArn, executionId);
  if (!isRunning(before)) return { executionId, status: statusOf(before) };
  if (!(await workflows.stop(machineArn, executionId))) noExecution(executionId);
  return { executionId, status: statusOf(await findExecution(workflows, machineArn, executionId)) };
}
