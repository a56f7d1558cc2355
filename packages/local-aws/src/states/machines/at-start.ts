import type { MachineAtStart } from "../store/execution-store.ts";
import type { Machine } from "./machine.ts";

/** The state of the machine at the start of an execution, for DescribeStateMachineForExecution. */
export function aboutOf({ resource, revisionId, createdAt }: Machine): MachineAtStart {
  const { logging, tracing } = resource;
  return {
    updatedAt: createdAt,
    tracing,
    ...(logging === undefined ? {} : { logging }),
    ...(revisionId === undefined ? {} : { revisionId }),
  };
}
