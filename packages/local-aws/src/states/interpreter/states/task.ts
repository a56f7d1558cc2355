import type { TaskState } from "../../asl/definition.ts";
import { taskToken } from "../../callbacks/task-token.ts";
import { type Json, parseJson, payloadText } from "../../data/json.ts";
import { type HistoryEvent, outputDetails } from "../../history/event.ts";
import { abortable, childController } from "../branch.ts";
import { callOf, waitsForToken } from "../call-of.ts";
import { callbackEnd } from "../callback.ts";
import { CallbackFailure, Cancelled, ExecutionError, MissedHeartbeat } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { uuidOf } from "../map/map-run-identity.ts";
import { queryOf } from "../query/query-of.ts";
import { recover } from "../recovery.ts";
import type { CallResult, Deadlines, Ended, TaskCall } from "../task-call.ts";

/** Identifies an attempt of a task within its execution. */
function place({ run, enteredId, retryCount }: Frame): string {
  return `${run.arn} ${enteredId} ${retryCount}`;
}

export function runTask(state: TaskState, frame: Frame, input: Json, inputText: string): Promise<Outcome> {
  const query = queryOf(state, frame, input);
  return recover(state, frame, query, async () => {
    frame.taskToken = waitsForToken.test(state.Resource) ? taskToken(place(frame)) : undefined;
    const parameters = await query.input();
    const deadlines = {
      timeoutSeconds: await query.deadline("TimeoutSeconds"),
      heartbeatSeconds: await query.deadline("HeartbeatSeconds"),
    };
    const text = typeof parameters === "number" && parameters === input ? inputText : undefined;
    const body = text ?? payloadText(parameters, frame.name);
    const fallbackName = () => uuidOf(place(frame));
    const call = callOf(state.Resource, { parameters, body, deadlines, fallbackName }, frame.run);
    const { taskToken: token } = frame;
    const result = await (token === undefined
      ? perform(call, deadlines, frame)
      : performWithCallback(call, deadlines, frame, token));
    const given = await query.output(result.value);
    // A number keeps its notation.
    return typeof given.output === "number" && given.output === result.value ? { ...given, text: result.text } : given;
  });
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

/**
 * Performs a call whose response only confirms that the request was accepted. The task ends with the outcome that a
 * client sends with its token.
 */
async function performWithCallback(
  call: TaskCall,
  deadlines: Deadlines,
  frame: Frame,
  token: string,
): Promise<CallResult> {
  const { branch } = frame;
  // Opened before the call, because a function may send its token before the call returns.
  const task = frame.run.tokens.open(token);
  try {
    await branch.record(`${call.prefix}Scheduled`, call.scheduled);
    const { timestamp } = await branch.record(`${call.prefix}Started`, call.started);
    if ((branch.upcoming()?.type ?? submitted) === submitted) {
      // During the call, no heartbeat is received, so only the timeout applies.
      const own = { ...deadlines, heartbeatSeconds: undefined };
      const taken = branch.upcoming() === undefined ? await attempt(call, own, frame) : undefined;
      if (taken !== undefined && taken.result instanceof ExecutionError) {
        await branch.record(taken.type, taken.details);
        throw taken.result;
      }
      await branch.record(submitted, taken?.details);
    }
    const known = branch.upcoming();
    const ended =
      known === undefined
        ? await callbackEnd(call, task, deadlines, frame, timestamp)
        : remembered(call, known, heartbeatMissed(known, timestamp, deadlines));
    await branch.record(ended.type, ended.details);
    if (ended.result instanceof ExecutionError) throw ended.result;
    return ended.result;
  } finally {
    task.close();
  }
}

const submitted = "TaskSubmitted";

/** Whether a recorded timeout occurred before the task's timeout, which means that a heartbeat was missed. */
function heartbeatMissed(
  { timestamp }: HistoryEvent,
  startedAt: number,
  { timeoutSeconds = Infinity }: Deadlines,
): boolean {
  return timestamp - startedAt < timeoutSeconds * 1_000;
}

/** Returns how a call ended if its end is already on record. */
function remembered(call: TaskCall, event: HistoryEvent, missed = false): Ended {
  const { type, details = {} } = event;
  if (type === `${call.prefix}Succeeded`) {
    const text = String(details["output"]);
    return { type, details, result: { value: parseJson(text), text } };
  }
  const [error, cause] = [details["error"], details["cause"]].map((text) => (text === undefined ? text : String(text)));
  if (missed && type === `${call.prefix}TimedOut`) return { type, details, result: new MissedHeartbeat() };
  const result = error === undefined ? new CallbackFailure(error, cause) : new ExecutionError(error, cause);
  return { type, details, result };
}

async function attempt(call: TaskCall, deadlines: Deadlines, frame: Frame): Promise<Ended> {
  await frame.branch.live();
  try {
    const result = await withinTime(call, deadlines, frame);
    const { value } = result;
    // The original text is needed only to keep the notation of a number.
    const text = typeof value === "number" && result.text !== undefined ? result.text : payloadText(value, call.name);
    return { type: `${call.prefix}Succeeded`, details: { ...call.common, ...outputDetails(text) }, result };
  } catch (error) {
    if (!(error instanceof ExecutionError)) throw error;
    const timedOut = error.name === "States.Timeout" || error.name === "States.HeartbeatTimeout";
    const type = `${call.prefix}${timedOut ? "TimedOut" : "Failed"}`;
    return { type, details: { ...call.common, ...error.details }, result: error };
  }
}

/** A Lambda function sends no heartbeat while it runs, so the shorter of the two limits ends the call. */
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
