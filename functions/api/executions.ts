import type { ExecutionStatus, ExecutionView } from "../../contract/http.ts";
import { ApiFailure, asFailure } from "./api-failure.ts";
import { cancelHeld, type Found, find, type Machines, noExecution, startTimeOf } from "./held.ts";
import { initialProgress, type ProgressReader } from "./progress/progress.ts";
import type { Recent } from "./progress/recent.ts";
import type { Signing } from "./signing.ts";
import { sleep } from "./sleep.ts";
import {
  executionView,
  heldStatus,
  heldView,
  isRunning,
  outcomeOf,
  retryAfterSeconds,
  secondsUntil,
  startOf,
  statusOf,
} from "./view.ts";

export interface ExecutionServices extends Machines {
  readonly signing: Signing;
  readonly progress: ProgressReader;
  /** Executions as this sandbox saw them last. */
  readonly seen: Recent<Found>;
}

/**
 * Shows an execution, after waiting for its end for at most `waitSeconds`; one that starts only later is shown at once.
 * While Step Functions limits requests, an execution that this sandbox has seen running is shown as it was.
 * @throws ApiFailure "NotFound"
 */
export async function showExecution(
  executionId: string,
  { resultsUrl, waitSeconds }: { readonly resultsUrl: string; readonly waitSeconds: number },
  services: ExecutionServices,
): Promise<{ readonly view: ExecutionView; readonly retryAfter: number | undefined }> {
  const { workflows, machineArn, progress: reader } = services;
  const waitUntil = Date.now() + waitSeconds * 1_000;
  let found = await findUnthrottled(executionId, services);
  while (mayEndBy(waitUntil, found)) {
    await sleep(Math.min(pollMs, waitUntil - Date.now()));
    found = await findUnthrottled(executionId, services);
  }
  const { execution, held } = found;
  if (held) {
    const notBefore = startTimeOf(execution);
    const retryAfter = isRunning(execution) ? secondsUntil(notBefore) : undefined;
    return { view: heldView(executionId, execution, { notBefore, progress: initialProgress(execution) }), retryAfter };
  }
  const progress = await reader.of(machineArn, executionId, execution);
  const release = await workflows.release(machineArn, executionId, execution);
  const view = executionView(executionId, execution, { resultsUrl, release, progress });
  return { view, retryAfter: isRunning(execution) ? retryAfterSeconds(startOf(execution)) : undefined };
}

/** Whether waiting for an execution is worthwhile: it has not ended, and has begun or begins in time. */
function mayEndBy(time: number, { execution, held }: Found): boolean {
  if (!isRunning(execution) || Date.now() >= time) return false;
  return !held || (startTimeOf(execution)?.getTime() ?? 0) < time;
}

/**
 * The seconds to wait that the parameter `wait` asks for, at most `most`; without it, none.
 * @throws ApiFailure "InvalidRequest"
 */
export function readWait(wait: string | undefined, most: number): number {
  if (wait === undefined) return 0;
  if (/^\d+$/.test(wait)) return Math.min(Number(wait), most);
  const message = `The parameter "wait" is ${JSON.stringify(wait.slice(0, 100))}, but must be a whole number of seconds: this API waits up to ${most}.`;
  throw new ApiFailure("InvalidRequest", message, { details: [{ path: "wait", message: "is not a whole number" }] });
}

/** DescribeExecution refills 15 calls per second for a whole account (Step Functions, "Service quotas"). */
const pollMs = 1_000;

async function findUnthrottled(executionId: string, services: ExecutionServices): Promise<Found> {
  try {
    const found = await find(executionId, services);
    services.seen.set(executionId, found);
    return found;
  } catch (error) {
    const last = services.seen.find(executionId);
    if (last !== undefined && asFailure(error).code === "TooManyRequests") return last;
    throw error;
  }
}

/** A freshly signed URL of the results. @throws ApiFailure "NotFound", "ExecutionNotFinished" */
export async function resultsLocation(
  executionId: string,
  services: Machines & Pick<ExecutionServices, "signing">,
): Promise<string> {
  const { execution, held } = await find(executionId, services);
  if (isRunning(execution)) throw notFinished(executionId, { execution, held });
  const status = statusOf(execution);
  if (!held && status === "SUCCEEDED") return services.signing.download(outcomeOf(execution).resultsLocation);
  throw new ApiFailure("NotFound", `The execution "${executionId}" is ${status} and has no results.`);
}

export function notFinished(executionId: string, { execution, held }: Found): ApiFailure {
  const status = held ? heldStatus(execution) : statusOf(execution);
  const message = `The execution "${executionId}" is ${status}: its results are available once it has SUCCEEDED.`;
  const seconds = held ? secondsUntil(startTimeOf(execution)) : retryAfterSeconds(startOf(execution));
  return new ApiFailure("ExecutionNotFinished", message, { headers: { "retry-after": String(seconds) } });
}

/** Stops an execution, or cancels its start; one that has ended is unchanged. @throws ApiFailure "NotFound" */
export async function stopExecution(
  executionId: string,
  machines: Machines,
): Promise<{ executionId: string; status: ExecutionStatus }> {
  const { workflows, machineArn } = machines;
  const { execution, held } = await find(executionId, machines);
  if (isRunning(execution)) {
    if (held) await cancelHeld(executionId, execution, machines);
    else if (!(await workflows.stop(machineArn, executionId))) noExecution(executionId);
  }
  const after = await find(executionId, machines);
  return { executionId, status: after.held ? heldStatus(after.execution) : statusOf(after.execution) };
}
