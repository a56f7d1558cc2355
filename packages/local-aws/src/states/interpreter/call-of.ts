import type { Json } from "../data/json.ts";
import type { Run } from "./frame.ts";
import { lambdaFunction, lambdaInvoke } from "./lambda.ts";
import { startExecution } from "./start-execution.ts";
import type { Deadlines, TaskCall } from "./task-call.ts";

/** Matches resources whose tasks end when a client reports the outcome. */
export const waitsForToken = /\.waitForTaskToken$/;

export interface Asked {
  readonly parameters: Json;
  /** The parameters as JSON text. */
  readonly body: string;
  readonly deadlines: Deadlines;
  /** Name of an execution that is started without one; must be the same when the attempt is repeated after a crash. */
  readonly fallbackName: () => string;
}

/** The call of a Task state's resource. */
export function callOf(resource: string, { parameters, body, deadlines, fallbackName }: Asked, run: Run): TaskCall {
  if (resource.includes(":states:::states:")) return startExecution(parameters, deadlines, run, fallbackName());
  return resource.includes(":states:::lambda:")
    ? lambdaInvoke(parameters, deadlines, run, waitsForToken.exec(resource)?.[0])
    : lambdaFunction(resource, body, deadlines, run);
}
