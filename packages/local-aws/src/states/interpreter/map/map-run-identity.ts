import { createHash } from "node:crypto";
import { AwsError } from "../../../service.ts";
import type { MapState } from "../../asl/definition.ts";
import { ExecutionError } from "../error.ts";
import type { Frame, Run } from "../frame.ts";

/**
 * Derives a UUID from a location. The same location always gives the same UUID, so that a resumed execution uses the
 * same names again.
 */
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

/** Returns the ARN of the state machine itself, also inside a child execution. */
export function machineOf(run: Run): string {
  return run.machineArn.replace(/\/.*$/, "");
}

/** Returns `mapRun:MACHINE/LABEL:UUID`, which is different for each attempt of each visit to the state. */
export function mapRunArn(state: MapState, { run, name, enteredId, retryCount }: Frame): string {
  const label = state.Label ?? uuidOf(`label ${run.machineArn} ${name}`);
  const machine = machineOf(run).replace(":stateMachine:", ":mapRun:");
  return `${machine}/${label}:${uuidOf(`${run.arn} ${enteredId} ${retryCount}`)}`;
}

/**
 * Checks the permissions that the machine's role needs for a Map Run before the first child starts. Otherwise a missing
 * permission would show only at the first call that fails.
 */
export function authorizeChildren(run: Run): void {
  const machine = machineOf(run);
  // AWS checks access to executions of the machine, not to those of its Map state.
  const own = `${machine.replace(":stateMachine:", ":execution:")}:${run.name}`;
  asStepFunctions(() => {
    run.authorize("states:StartExecution", machine);
    run.authorize("states:DescribeExecution", own);
    run.authorize("states:StopExecution", own);
  });
}

/** Checks the additional permission that the role needs to redrive a Map Run. */
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
