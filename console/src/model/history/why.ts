import type { History } from "./history.ts";
import type { StateRun } from "./run.ts";

/**
 * The run with which the failure of an execution began: of the runs that failed for good, the last one that contains no
 * other. Undefined if the execution has not failed, or not by a state.
 */
export function originOf({ failure, runs }: Pick<History, "failure" | "runs">): StateRun | undefined {
  if (failure === undefined) return undefined;
  const failed = runs.filter(({ status, failures }) => status === "failed" && failures.length > 0);
  const innermost = failed.filter((run) => !failed.some((other) => other.scope?.owner === run));
  const same = innermost.filter(({ failures }) => failures.at(-1)?.error === failure.error);
  return (same.length > 0 ? same : innermost).at(-1);
}
