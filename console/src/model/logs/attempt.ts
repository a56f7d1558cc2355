import { functionNamesIn } from "../../../../contract/lambda-arn.ts";
import { computedOnce } from "../computed-once.ts";
import { detail, type HistoryEvent } from "../history/event.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";
import { parseJson } from "../words.ts";

/** One call of a function by a Task, as the history shows it. */
export interface Attempt {
  /** Number of the attempt, from 0, since the state was entered or its execution was redriven. */
  readonly number: number;
  readonly from: number;
  /** Undefined while it runs. */
  readonly to: number | undefined;
  /** Name of the function; undefined if the Task calls something else. */
  readonly functionName: string | undefined;
  /** Lambda's id of the call: in the history of a successful one only. */
  readonly requestId: string | undefined;
  readonly error: string | undefined;
}

const scheduled = /^(Task|LambdaFunction)Scheduled$/;
const over = /^(Task|LambdaFunction)(Succeeded|Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/;

/** The calls of one run of a Task, in order. */
export function attemptsOf(run: StateRun, { eventOf }: Pick<History, "eventOf">): readonly Attempt[] {
  const attempts: Attempt[] = [];
  let number = 0;
  for (const id of run.eventIds) {
    const event = eventOf(id);
    if (event === undefined) continue;
    const last = attempts.at(-1);
    if (scheduled.test(event.type)) {
      attempts.push({
        number,
        from: event.at,
        to: undefined,
        functionName: functionOf(event),
        requestId: undefined,
        error: undefined,
      });
      number += 1;
    } else if (over.test(event.type) && last !== undefined && last.to === undefined) {
      attempts[attempts.length - 1] = { ...last, to: event.at, requestId: requestIdOf(event), error: errorOf(event) };
    }
  }
  return attempts;
}

const functionOf = computedOnce((event: HistoryEvent): string | undefined => {
  const text = detail(event, "parameters") ?? detail(event, "resource") ?? "";
  const given = parseJson(text);
  const name = typeof given === "object" && given !== null ? (given as Record<string, unknown>)["FunctionName"] : text;
  return functionNamesIn(String(name ?? ""))[0];
});

/** Lambda's id of a call, in the output of the event with which the call succeeded. */
export const requestIdOf: (event: HistoryEvent) => string | undefined = computedOnce((event: HistoryEvent) => {
  if (!/Succeeded$/.test(event.type)) return undefined;
  const output = parseJson(detail(event, "output"));
  const { SdkResponseMetadata: metadata } = (output ?? {}) as { SdkResponseMetadata?: { RequestId?: unknown } };
  return typeof metadata?.RequestId === "string" ? metadata.RequestId : undefined;
});

function errorOf(event: HistoryEvent): string | undefined {
  return /Succeeded$/.test(event.type) ? undefined : (detail(event, "error") ?? event.type);
}
