import { IdempotencyKey } from "../../contract/http.ts";
import { NotBefore } from "../../contract/request.ts";
import { ApiFailure } from "./api-failure.ts";
import { sleep } from "./sleep.ts";
import type { Execution, Workflows } from "./workflows.ts";

/** The workflows in which an execution may be: the main one, and the one that holds it until it may start. */
export interface Machines {
  readonly workflows: Workflows;
  readonly machineArn: string;
  readonly delayedStartArn: string;
}

/** An execution as Step Functions describes it. */
export interface Found {
  readonly execution: Execution;
  /** It has not begun: it waits for its time, or ended before that. */
  readonly held: boolean;
}

/** Finds an execution in one workflow. @throws ApiFailure "NotFound" */
export async function findExecution(workflows: Workflows, machineArn: string, executionId: string): Promise<Execution> {
  return (await describe(workflows, machineArn, executionId)) ?? noExecution(executionId);
}

/** Milliseconds within which an execution that was started must be visible; usually it is within a second. */
const visibleWithinMs = 60_000;

/** Finds an execution that has begun or is held. @throws ApiFailure "NotFound" */
export async function find(executionId: string, machines: Machines): Promise<Found> {
  const { workflows, machineArn, delayedStartArn } = machines;
  const begun = await describe(workflows, machineArn, executionId);
  if (begun) return { execution: begun, held: false };
  const held = await describe(workflows, delayedStartArn, executionId);
  if (!held) return noExecution(executionId);
  if (held.status !== "SUCCEEDED") return { execution: held, held: true };
  // It was started in between, or a moment ago and is not visible yet.
  const started = await describe(workflows, machineArn, executionId);
  if (started) return { execution: started, held: false };
  const startedAt = held.stopDate ?? new Date();
  if (Date.now() - startedAt.getTime() > visibleWithinMs) return vanished(executionId, startedAt);
  return { execution: { ...held, status: "RUNNING" }, held: true };
}

async function describe(workflows: Workflows, machineArn: string, executionId: string): Promise<Execution | undefined> {
  // Step Functions rejects an ARN with an invalid name.
  return IdempotencyKey.safeParse(executionId).success ? workflows.describe(machineArn, executionId) : undefined;
}

export function noExecution(executionId: string): never {
  const message = `There is no execution "${executionId.slice(0, 100)}": it was never started, or its history has expired.`;
  throw new ApiFailure("NotFound", message);
}

function vanished(executionId: string, startedAt: Date): never {
  const message = `The execution "${executionId}" was started at ${startedAt.toISOString()}, but the workflow has no execution of this name (any more): send the request again.`;
  throw new ApiFailure("NotFound", message);
}

/** When a held execution starts; undefined for an input without a time, which only a person can have typed. */
export function startTimeOf({ input }: Pick<Execution, "input">): Date | undefined {
  const { notBefore } = (JSON.parse(input ?? "{}") ?? {}) as { notBefore?: unknown };
  const time = NotBefore.safeParse(notBefore).data;
  return time === undefined ? undefined : new Date(time);
}

/** Seconds for which a stopped execution may still appear in the main workflow, because its start was on the way. */
const startingSeconds = 3;

/** Cancels a held execution. If its time has come, what may have been started meanwhile is stopped too. */
export async function cancelHeld(executionId: string, execution: Execution, machines: Machines): Promise<void> {
  const { workflows, machineArn, delayedStartArn } = machines;
  await workflows.stop(delayedStartArn, executionId);
  const startsAt = startTimeOf(execution)?.getTime() ?? 0;
  for (let second = 0; second <= startingSeconds; second += 1) {
    if (startsAt > Date.now() + 1_000) return;
    if (await workflows.stop(machineArn, executionId)) return;
    await sleep(1_000);
  }
}
