import { createHash } from "node:crypto";
import { AwsError } from "../../../service.ts";
import type { MapState } from "../../asl/definition.ts";
import { ExecutionError } from "../error.ts";
import type { Frame, Run } from "../frame.ts";

/** A UUID that the same place always gives: a resumed execution has to meet the names that it gave before. */
export function uuidOf(location: string): string {
  const hex = createHash("sha256").update(location).digest("hex");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

/** ARN of the state machine itself, inside a child execution too. */
export function machineOf(run: Run): string {
  return run.machineArn.replace(/\/.*$/, "");
}

/** `mapRun:MACHINE/LABEL:UUID`: one for each attempt of each visit to the state. */
export function mapRunArn(state: MapState, { run, name, enteredId, retryCount }: Frame): string {
  const label = state.Label ?? uuidOf(`label ${run.machineArn} ${name}`);
  const machine = machineOf(run).replace(":stateMachine:", ":mapRun:");
  return `${machine}/${label}:${uuidOf(`${run.arn} ${enteredId} ${retryCount}`)}`;
}

/**
 * The permissions that the machine's role needs for a Map Run, checked before its first child starts instead of at the
 * first call that fails.
 */
export function authorizeChildren(run: Run): void {
  const machine = machineOf(run);
  // AWS asks for the executions of the machine, not for those of its Map state.
  const own = `${machine.replace(":stateMachine:", ":execution:")}:${run.name}`;
  asStepFunctions(() => {
    run.authorize("states:StartExecution", machine);
    run.authorize("states:DescribeExecution", own);
    run.authorize("states:StopExecution", own);
  });
}

/** What it has to be allowed beside that to redrive one. */
export function authorizeRedrive(run: Run, arn: string): void {
  asStepFunctions(() => run.authorize("states:RedriveExecution", arn.replace(":mapRun:", ":execution:")));
}

function asStepFunctions(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const cause = `${error.message} (Service: AWSStepFunctions; Status Code: 400; Error Code: ${error.name})`;
    throw new ExecutionError("StepFunctions.AWSStepFunctionsException", cause, { cause: error });
  }
}
