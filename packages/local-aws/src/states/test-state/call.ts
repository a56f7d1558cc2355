import type { TaskState } from "../asl/definition.ts";
import type { Json } from "../data/json.ts";
import type { Run } from "../interpreter/frame.ts";
import { lambdaFunction, lambdaInvoke } from "../interpreter/lambda.ts";
import type { Deadlines } from "../interpreter/task-call.ts";

/** Seconds that a call may take where the state names no time. */
const patienceSeconds = 60;

/** Calls the resource of a Task state once. Throws `ExecutionError` where it fails. */
export async function call({ Resource }: TaskState, parameters: Json, deadlines: Deadlines, run: Run): Promise<Json> {
  const made = Resource.includes(":states:::lambda:")
    ? lambdaInvoke(parameters, deadlines, run)
    : lambdaFunction(Resource, JSON.stringify(parameters), deadlines, run);
  const signal = AbortSignal.timeout((deadlines.timeoutSeconds ?? patienceSeconds) * 1_000);
  return (await made.invoke(signal)).value;
}
