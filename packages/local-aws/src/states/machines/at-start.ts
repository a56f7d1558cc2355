import type { MachineAtStart } from "../store/execution-store.ts";
import type { Machine } from "./machine.ts";

/** What DescribeStateMachineForExecution shows of the machine as it was at the start. */
export function aboutOf({ resource, revisionId, createdAt }: Machine): MachineAtStart {
  const { logging, tracing } = resource;
  return {
    updatedAt: createdAt,
    tracing,
    ...(logging === undefined ? {} : { logging }),
    ...(revisionId === undefined ? {} : { revisionId }),
  };
}
