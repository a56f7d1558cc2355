import { statesLimits } from "../limits.ts";
import type { ExecutionRecord } from "./store/execution-store.ts";

const redrivePeriodMs = statesLimits.redriveDays * 24 * 60 * 60 * 1_000;

/** Returns whether an execution can be redriven and, if not, the reason, as in DescribeExecution. */
export function redriveStatus(
  { status, stoppedAt = 0, mapRun }: ExecutionRecord,
  now: number,
):
  | { readonly redriveStatus: "REDRIVABLE" | "REDRIVABLE_BY_MAP_RUN" }
  | { readonly redriveStatus: "NOT_REDRIVABLE"; readonly redriveStatusReason: string } {
  const refuse = (redriveStatusReason: string) => ({ redriveStatus: "NOT_REDRIVABLE", redriveStatusReason }) as const;
  if (status === "RUNNING") return refuse("Execution is RUNNING and cannot be redriven");
  if (status === "SUCCEEDED") return refuse("Execution is SUCCEEDED and cannot be redriven");
  if (now - stoppedAt > redrivePeriodMs) return refuse("Execution has exceeded its redrivable period");
  return { redriveStatus: mapRun === undefined ? "REDRIVABLE" : "REDRIVABLE_BY_MAP_RUN" };
}
