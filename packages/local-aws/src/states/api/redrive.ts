import { type Authorizer, AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import { redriveStatus } from "../redrive-status.ts";
import { executionOf, standardArn } from "./execution.ts";
import type { Operation } from "./protocol.ts";

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
