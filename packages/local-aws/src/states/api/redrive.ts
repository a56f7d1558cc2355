import { statesLimits } from "../../limits.ts";
import { type Authorizer, AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import { executionOf, standardArn } from "./execution.ts";
import type { Operation } from "./protocol.ts";

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

/** Handles RedriveExecution, which throws "ExecutionNotRedrivable". */
export function redriveOperations(
  executions: Executions,
  authorizer: Authorizer,
  now: () => number,
): Readonly<Record<string, Operation>> {
  return {
    RedriveExecution(fields, caller) {
      authorizer.authorize(caller, "states:RedriveExecution", standardArn(fields));
      const record = executionOf(fields, executions);
      const status = redriveStatus(record, now());
      if (status.redriveStatus === "NOT_REDRIVABLE") {
        throw new AwsError("ExecutionNotRedrivable", `${status.redriveStatusReason}: '${record.arn}'`);
      }
      if (status.redriveStatus === "REDRIVABLE_BY_MAP_RUN") {
        throw new AwsError(
          "ExecutionNotRedrivable",
          `A child execution is redriven by its Map Run: redrive the execution that began it instead of '${record.arn}'`,
        );
      }
      return { redriveDate: executions.redrive(record) / 1000 };
    },
  };
}
