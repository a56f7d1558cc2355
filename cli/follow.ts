import { randomUUID } from "node:crypto";
import { canBeRetried } from "../contract/workflow.ts";
import type { Client } from "./api/client.ts";
import { failureOf, Refusal } from "./api/refusal.ts";
import { type CommandFailure, usage } from "./failure.ts";
import { type OnRow, type Problem, rowOf } from "./outcomes.ts";
import type { Progress } from "./output/progress.ts";

/** The outcome of an execution whose images only the service knows. Its rows have been passed on. */
export interface Followed {
  /** Errors that may pass, so that a retry may classify their images. */
  readonly transient: number;
  /** Objects below a prefix that are no images by name. */
  readonly skipped: number;
  /** The execution ended without results. */
  readonly problem?: Problem;
}

export interface FollowSurroundings {
  readonly client: Client;
  readonly progress: Progress;
  readonly onRow: OnRow;
}

/** Waits for an execution to end, and passes on its results one by one. @throws CommandFailure */
export async function follow(executionId: string, { client, progress, onRow }: FollowSurroundings): Promise<Followed> {
  try {
    progress.begin(undefined);
    const view = await client
      .finish(executionId, (running) => progress.running(executionId, running.progress))
      .finally(() => progress.end());
    let transient = 0;
    const skipped = view.counts?.skipped ?? 0;
    if (view.status !== "SUCCEEDED") {
      const problem = view.error ?? { code: view.status, message: "It has no results." };
      return { transient, skipped, problem };
    }
    for await (const result of client.eachResult(view)) {
      await onRow(rowOf(result.image, result), result.index);
      if (canBeRetried(result)) transient += 1;
    }
    return { transient, skipped };
  } catch (error) {
    throw asFailure(error, executionId);
  }
}

/** Stops an execution. @throws CommandFailure */
export async function cancel(executionId: string, client: Client): Promise<string> {
  try {
    const { status } = await client.cancel(executionId);
    return ["SCHEDULED", "RUNNING", "ABORTED"].includes(status)
      ? `Stopped the execution "${executionId}".\n`
      : `The execution "${executionId}" had already ended: ${status}.\n`;
  } catch (error) {
    throw asFailure(error, executionId);
  }
}

/** Starts an execution that classifies again what failed for a transient reason; returns its id. @throws CommandFailure */
export async function retryFailed(executionId: string, client: Client): Promise<string> {
  try {
    return (await client.retry(executionId, randomUUID())).executionId;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // The API says which: no such execution, nothing to retry, still running, or too old.
    const isMistake = [404, 409].includes(error.status);
    throw isMistake ? usage(`${error.code}: ${error.message}`, { cause: error }) : failureOf(error);
  }
}

/** An execution that does not exist is a mistake of the command line. */
function asFailure(error: unknown, executionId: string): CommandFailure {
  if (!(error instanceof Refusal)) throw error;
  if (error.status !== 404) return failureOf(error);
  return usage(`There is no execution "${executionId}" at this endpoint.`, { cause: error });
}
