import type { TaskState } from "../../asl/definition.ts";
import { type Json, parseJson, payloadText } from "../../data/json.ts";
import { type Details, type HistoryEvent, outputDetails } from "../../history/event.ts";
import { abortable, childController } from "../branch.ts";
import { Cancelled, ExecutionError } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { lambdaFunction, lambdaInvoke } from "../lambda.ts";
import { queryOf } from "../query/query-of.ts";
import { recover } from "../recovery.ts";
import type { CallResult, Deadlines, TaskCall } from "../task-call.ts";

export function runTask(state: TaskState, frame: Frame, input: Json, inputText: string): Promise<Outcome> {
  const query = queryOf(state, frame, input);
  return recover(state, frame, query, async () => {
    const parameters = await query.input();
    const deadlines = {
      timeoutSeconds: await query.deadline("TimeoutSeconds"),
      heartbeatSeconds: await query.deadline("HeartbeatSeconds"),
    };
    const text = typeof parameters === "number" && parameters === input ? inputText : undefined;
    const body = text ?? payloadText(parameters, frame.name);
    const call = state.Resource.includes(":states:::lambda:")
      ? lambdaInvoke(parameters, deadlines, frame.run)
      : lambdaFunction(state.Resource, body, deadlines, frame.run);
    const result = await perform(call, deadlines, frame);
    const given = await query.output(result.value);
    // A number keeps the form in which it came.
    return typeof given.output === "number" && given.output === result.value ? { ...given, text: result.text } : given;
  });
}

interface Ended {
  readonly type: string;
  readonly details: Details;
  readonly result: CallResult | ExecutionError;
}

async function perform(call: TaskCall, deadlines: Deadlines, frame: Frame): Promise<CallResult> {
  const { branch } = frame;
  await branch.record(`${call.prefix}Scheduled`, call.scheduled);
  await branch.record(`${call.prefix}Started`, call.started);
  const recorded = branch.upcoming();
  const ended = recorded === undefined ? await attempt(call, deadlines, frame) : remembered(call, recorded);
  await branch.record(ended.type, ended.details);
  if (ended.result instanceof ExecutionError) throw ended.result;
  return ended.result;
}

/** How a call ended whose end is on record. */
function remembered(call: TaskCall, event: HistoryEvent): Ended {
  const { type, details = {} } = event;
  if (type === `${call.prefix}Succeeded`) {
    const text = String(details["output"]);
    return { type, details, result: { value: parseJson(text), text } };
  }
  const cause = details["cause"];
  return {
    type,
    details,
    result: new ExecutionError(String(details["error"]), cause === undefined ? cause : String(cause)),
  };
}

async function attempt(call: TaskCall, deadlines: Deadlines, frame: Frame): Promise<Ended> {
  await frame.branch.live();
  try {
    const result = await withinTime(call, deadlines, frame);
    const { value } = result;
    // The text as it came only matters for the form of a number.
    const text = typeof value === "number" && result.text !== undefined ? result.text : payloadText(value, call.name);
    return { type: `${call.prefix}Succeeded`, details: { ...call.common, ...outputDetails(text) }, result };
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const timedOut = error.name === "States.Timeout" || error.name === "States.HeartbeatTimeout";
    const type = `${call.prefix}${timedOut ? "TimedOut" : "Failed"}`;
    return { type, details: { ...call.common, ...error.details }, result: error };
  }
}

/** A Lambda function sends no heartbeat while it runs: the shorter of both times ends the call. */
async function withinTime(call: TaskCall, deadlines: Deadlines, frame: Frame): Promise<CallResult> {
  const { timeoutSeconds = Infinity, heartbeatSeconds = Infinity } = deadlines;
  const { controller, release } = childController(frame.branch.signal);
  const limit = Math.min(timeoutSeconds, heartbeatSeconds);
  const error = heartbeatSeconds < timeoutSeconds ? "States.HeartbeatTimeout" : "States.Timeout";
  const called = abortable(call.invoke(controller.signal), controller.signal);
  const contest = [called];
  if (limit !== Infinity) {
    contest.push(
      frame.run.clock.sleep(limit * 1_000, controller.signal).then(
        () => Promise.reject(new ExecutionError(error)),
        () => Promise.reject(new Cancelled()),
      ),
    );
  }
  try {
    return await Promise.race(contest);
  } finally {
    release();
    controller.abort();
    await Promise.allSettled(contest);
  }
}
