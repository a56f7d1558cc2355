import type { Client } from "./api/client.ts";
import { failureOf, Refusal } from "./api/refusal.ts";
import { type CommandFailure, exitCodes, usage } from "./failure.ts";
import type { Row } from "./outcomes.ts";

/** The outcome of an execution that was started earlier or by another client. */
export interface Followed {
  readonly rows: readonly Row[];
  /** The execution ended without results. */
  readonly failed?: { readonly code: string; readonly message: string };
}

/** Waits for an execution to end and returns its results. @throws CommandFailure */
export async function follow(executionId: string, client: Client): Promise<Followed> {
  try {
    const view = await client.finish(executionId);
    if (view.status !== "SUCCEEDED") {
      const problem = view.error ?? { code: view.status, message: "It has no results." };
      return { rows: [], failed: problem };
    }
    const results = await client.results(view);
    return {
      rows: results.map((result) =>
        "error" in result
          ? { name: result.image, predictions: [], error: result.error }
          : { name: result.image, predictions: result.predictions },
      ),
    };
  } catch (error) {
    throw asFailure(error, executionId);
  }
}

/** Stops an execution. @throws CommandFailure */
export async function cancel(executionId: string, client: Client): Promise<string> {
  try {
    const { status } = await client.cancel(executionId);
    return status === "RUNNING" || status === "ABORTED"
      ? `Stopped the execution "${executionId}".\n`
      : `The execution "${executionId}" had already ended: ${status}.\n`;
  } catch (error) {
    throw asFailure(error, executionId);
  }
}

function asFailure(error: unknown, executionId: string): CommandFailure {
  if (!(error instanceof Refusal)) throw error;
  if (error.status !== 404) return failureOf(error);
  return usage(`There is no execution "${executionId}" at this endpoint.`, { cause: error });
}

export const followedExitCode = ({ rows, failed }: Followed) =>
  failed
    ? exitCodes.executionFailed
    : rows.some(({ error }) => error)
      ? exitCodes.someImagesFailed
      : exitCodes.allClassified;
