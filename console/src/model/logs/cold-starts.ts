import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";
import { attemptsOf } from "./attempt.ts";
import type { Invocation } from "./invocation.ts";
import { callsOfAttempt } from "./join.ts";

/**
 * How long the sandbox of each attempt of a Task took to start, in milliseconds. Undefined if it was running already, or
 * if the log does not say which call belongs to the attempt. Attempts count from 0.
 */
export function coldStartsOf(
  executionArn: string,
  run: StateRun,
  history: Pick<History, "eventOf">,
  invocations: readonly Invocation[],
): (attempt: number) => number | undefined {
  const attempts = attemptsOf(run, history);
  return (number) => {
    const attempt = attempts[number];
    if (attempt?.functionName === undefined) return undefined;
    const calls = callsOfAttempt(executionArn, run, attempt, invocations);
    return calls.find(({ report }) => report?.initMs !== undefined)?.report?.initMs;
  };
}
