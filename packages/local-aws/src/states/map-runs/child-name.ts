import { uuidOf } from "../interpreter/map/map-run-identity.ts";
import type { MapRunRecord } from "../store/map-run-store.ts";

/** The name of a child execution, which is always the same for the same index in the same Map Run. */
export interface ChildName {
  readonly name: string;
  readonly executionArn: string;
  /** Format: `stateMachine:NAME/LABEL`. */
  readonly machineArn: string;
}

/**
 * Returns `execution:MACHINE/LABEL:NAME` or `express:MACHINE/LABEL:NAME:ID`. A redriven Express child is a new
 * execution with another name.
 */
export function childName({ arn, express, redriveCount }: MapRunRecord, index: number): ChildName {
  const attempt = express && redriveCount > 0 ? ` ${redriveCount}` : "";
  const name = uuidOf(`${arn} ${index}${attempt}`);
  const scope = arn.slice(0, arn.lastIndexOf(":"));
  const executionArn = express
    ? `${scope.replace(":mapRun:", ":express:")}:${name}:${uuidOf(`${arn} ${index}${attempt} express`)}`
    : `${scope.replace(":mapRun:", ":execution:")}:${name}`;
  return { name, executionArn, machineArn: scope.replace(":mapRun:", ":stateMachine:") };
}
