import { randomUUID } from "node:crypto";
import type { TaskState } from "../asl/definition.ts";
import type { Json } from "../data/json.ts";
import { callOf } from "../interpreter/call-of.ts";
import type { Run } from "../interpreter/frame.ts";
import type { Deadlines } from "../interpreter/task-call.ts";

/** Timeout of a call in seconds, if the state specifies none. */
const patienceSeconds = 60;

/** Calls the resource of a Task state once. Throws `ExecutionError` if the call fails. */
export async function call({ Resource }: TaskState, parameters: Json, deadlines: Deadlines, run: Run): Promise<Json> {
  const body = JSON.stringify(parameters);
  const made = callOf(Resource, { parameters, body, deadlines, fallbackName: randomUUID }, run);
  const signal = AbortSignal.timeout((deadlines.timeoutSeconds ?? patienceSeconds) * 1_000);
  return (await made.invoke(signal)).value;
}
