import { randomUUID } from "node:crypto";
import type { TaskState } from "../asl/definition.ts";
import type { Json } from "../data/json.ts";
import type { Run } from "../interpreter/frame.ts";
import { lambdaFunction, lambdaInvoke } from "../interpreter/lambda.ts";
import { startExecution } from "../interpreter/start-execution.ts";
import type { Deadlines, TaskCall } from "../interpreter/task-call.ts";

/** Timeout of a call in seconds, if the state specifies none. */
const patienceSeconds = 60;

/** Calls the resource of a Task state once. Throws `ExecutionError` if the call fails. */
export async function call({ Resource }: TaskState, parameters: Json, deadlines: Deadlines, run: Run): Promise<Json> {
  const made = callOf(Resource, parameters, deadlines, run);
  const signal = AbortSignal.timeout((deadlines.timeoutSeconds ?? patienceSeconds) * 1_000);
  return (await made.invoke(signal)).value;
}

function callOf(resource: string, parameters: Json, deadlines: Deadlines, run: Run): TaskCall {
  if (resource.includes(":states:::states:")) return startExecution(parameters, deadlines, run, randomUUID());
  return resource.includes(":states:::lambda:")
    ? lambdaInvoke(parameters, deadlines, run)
    : lambdaFunction(resource, JSON.stringify(parameters), deadlines, run);
}
