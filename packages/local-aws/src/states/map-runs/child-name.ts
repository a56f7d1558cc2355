import { uuidOf } from "../interpreter/map/map-run-identity.ts";
import type { MapRunRecord } from "../store/map-run-store.ts";

/** What a child execution is called: always the same for the same place of the same Map Run. */
export interface ChildName {
  readonly name: string;
  readonly executionArn: string;
  /** `stateMachine:NAME/LABEL`. */
  readonly machineArn: string;
}

/** `execution:MACHINE/LABEL:NAME`, or `express:MACHINE/LABEL:NAME:ID`. A redriven Express child is another execution. */
export function childName({ arn, express, redriveCount }: MapRunRecord, index: number): ChildName {
  const attempt = express && redriveCount > 0 ? ` ${redriveCount}` : "";
  const name = uuidOf(`${arn} ${index}${attempt}`);
  const scope = arn.slice(0, arn.lastIndexOf(":"));
  const executionArn = express
    ? `${scope.replace(":mapRun:", ":express:")}:${name}:${uuidOf(`${arn} ${index}${attempt} express`)}`
    : `${scope.replace(":mapRun:", ":execution:")}:${name}`;
  return { name, executionArn, machineArn: scope.replace(":mapRun:", ":stateMachine:") };
}
