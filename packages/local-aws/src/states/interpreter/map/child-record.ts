import type { JsonObject } from "../../data/json.ts";
import type { ChildResult } from "./map-run.ts";

const reasons: Readonly<Record<string, JsonObject>> = {
  SUCCEEDED: {
    RedriveStatus: "NOT_REDRIVABLE",
    RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
  },
  PENDING: { RedriveStatus: "NOT_REDRIVABLE", RedriveStatusReason: "Execution was not started" },
};

/** The record that a ResultWriter writes for one child execution; input and output are JSON texts. */
export function childRecord(child: ChildResult): JsonObject {
  const { startedAt, stoppedAt, output, error, cause } = child;
  const included = { Included: true };
  return {
    ExecutionArn: child.executionArn,
    Input: child.input,
    InputDetails: included,
    Name: child.name,
    ...(output === undefined ? {} : { Output: output, OutputDetails: included }),
    ...(error === undefined ? {} : { Error: error }),
    ...(cause === undefined ? {} : { Cause: cause }),
    RedriveCount: child.redriveCount,
    ...(reasons[child.status] ?? { RedriveStatus: "REDRIVABLE_BY_MAP_RUN" }),
    ...(startedAt === undefined ? {} : { StartDate: new Date(startedAt).toISOString() }),
    StateMachineArn: child.machineArn,
    Status: child.status,
    ...(stoppedAt === undefined ? {} : { StopDate: new Date(stoppedAt).toISOString() }),
  };
}
