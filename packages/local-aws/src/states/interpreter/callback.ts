import type { WaitingTask, Word } from "../callbacks/task-tokens.ts";
import { parseJson } from "../data/json.ts";
import { outputDetails } from "../history/event.ts";
import { abortable, childController } from "./branch.ts";
import { CallbackFailure, ExecutionError, MissedHeartbeat } from "./error.ts";
import type { Frame } from "./frame.ts";
import type { Deadlines, Ended, TaskCall } from "./task-call.ts";

/** Waits until a client reports how a task ended, or until its heartbeat or timeout expires. */
export async function callbackEnd(
  call: TaskCall,
  task: WaitingTask,
  { timeoutSeconds = Infinity, heartbeatSeconds = Infinity }: Deadlines,
  frame: Frame,
  startedAt: number,
): Promise<Ended> {
  await frame.branch.live();
  const { clock } = frame.run;
  const end = startedAt + timeoutSeconds * 1_000;
  for (let heard = startedAt; ; heard = clock.now()) {
    const beat = heard + heartbeatSeconds * 1_000;
    const word = await wordBefore(Math.min(end, beat), task, frame);
    if (word === undefined)
      return timedOut(call, beat < end ? new MissedHeartbeat() : new ExecutionError("States.Timeout"));
    if (word.kind !== "heartbeat") return said(call, word);
  }
}

/** Returns the next report, or undefined if none arrives before `until`. */
async function wordBefore(until: number, task: WaitingTask, { branch, run }: Frame): Promise<Word | undefined> {
  const { controller, release } = childController(branch.signal);
  const word = abortable(task.next(), controller.signal);
  const contest: Promise<Word | undefined>[] = [word];
  if (until !== Infinity)
    contest.push(run.clock.sleep(until - run.clock.now(), controller.signal).then(() => undefined));
  try {
    return await Promise.race(contest);
  } finally {
    release();
    controller.abort();
    await Promise.allSettled(contest);
  }
}

function said(call: TaskCall, word: Exclude<Word, { kind: "heartbeat" }>): Ended {
  if (word.kind === "success") {
    const { output } = word;
    const result = { value: parseJson(output), text: output };
    return { type: `${call.prefix}Succeeded`, details: { ...call.common, ...outputDetails(output) }, result };
  }
  const failure = new CallbackFailure(word.error, word.cause);
  return { type: `${call.prefix}Failed`, details: { ...call.common, ...failure.details }, result: failure };
}

function timedOut(call: TaskCall, error: ExecutionError): Ended {
  return { type: `${call.prefix}TimedOut`, details: { ...call.common, ...error.details }, result: error };
}
