import { groupBy } from "../../../../lib/group-by.ts";
import { computedOnce } from "../computed-once.ts";
import type { StateRun } from "../history/run.ts";
import { parseJson } from "../words.ts";
import type { Attempt } from "./attempt.ts";
import type { Invocation } from "./invocation.ts";

/** Milliseconds by which the clocks of Step Functions and Lambda may differ, and a report may follow its call. */
export const slack = { beforeMs: 2_000, afterMs: 10_000 } as const;

/** The calls that belong to an attempt or an execution. */
export interface Joined {
  /**
   * `call`: certainly these. `time`: the log names no call of this attempt, so these are all calls of its function in
   * the time of the attempt, and some may be of others.
   */
  readonly by: "call" | "time";
  readonly invocations: readonly Invocation[];
}

/** The call of one attempt of a Task: by Lambda's request id, or by what the function says of its call. */
export function joinAttempt(
  executionArn: string,
  run: Pick<StateRun, "name" | "input">,
  attempt: Attempt,
  invocations: readonly Invocation[],
): Joined {
  const certain = callsOfAttempt(executionArn, run, attempt, invocations);
  if (certain.length > 0) return { by: "call", invocations: certain };
  // A call that says that it belongs to another execution or attempt is not shown.
  const unclaimed = invocations.filter((each) => each.call?.execution === undefined && overlaps(each, attempt));
  return { by: "time", invocations: unclaimed };
}

/** The calls that certainly belong to an attempt; none if the log does not say so. */
export function callsOfAttempt(
  executionArn: string,
  run: Pick<StateRun, "name" | "input">,
  attempt: Attempt,
  invocations: readonly Invocation[],
): readonly Invocation[] {
  const { byRequest, byState } = indexOf(invocations);
  const { requestId, number } = attempt;
  const named = requestId === undefined ? undefined : byRequest.get(requestId);
  if (named !== undefined) return named;
  const inTime = (byState.get(keyOf(executionArn, run.name)) ?? []).filter((each) => overlaps(each, attempt));
  if (inTime.length === 0) return [];
  const firstIndex = firstIndexOf(run.input);
  const ofRun = inTime.filter(({ call }) => firstIndex === undefined || call?.firstIndex === firstIndex);
  // A redriven execution counts its attempts anew, so none may have this number.
  const own = ofRun.filter(({ call }) => call?.attempt === number);
  return own.length > 0 ? own : ofRun;
}

/** Calls by their request id, and by the execution and the state that they name. Each drawn row searches them. */
const indexOf = computedOnce((invocations: readonly Invocation[]) => ({
  byRequest: groupBy(
    invocations.filter(({ requestId }) => requestId !== undefined),
    ({ requestId }) => requestId ?? "",
  ),
  byState: groupBy(
    invocations.filter(({ call }) => call?.execution !== undefined),
    ({ call }) => keyOf(call?.execution ?? "", call?.state ?? ""),
  ),
}));

function keyOf(executionArn: string, state: string): string {
  return `${executionArn}\n${state}`;
}

/** The calls of an execution, those in its Map Runs' children included. */
export function joinExecution(
  { arn, name, requestIds }: { readonly arn: string; readonly name: string; readonly requestIds: ReadonlySet<string> },
  invocations: readonly Invocation[],
): Joined & { readonly unclaimed: readonly Invocation[] } {
  const belongs = ({ requestId, call }: Invocation): boolean =>
    call?.execution === arn || call?.executionId === name || (requestId !== undefined && requestIds.has(requestId));
  const own = invocations.filter(belongs);
  const unclaimed = invocations.filter((each) => !belongs(each) && each.call?.execution === undefined);
  return { by: "call", invocations: own, unclaimed };
}

function overlaps({ events }: Invocation, { from, to = Number.POSITIVE_INFINITY }: Attempt): boolean {
  const [first, last] = [events[0]?.at ?? 0, events.at(-1)?.at ?? 0];
  return last >= from - slack.beforeMs && first <= to + slack.beforeMs;
}

/** Index of the first image of a batch. */
function firstIndexOf(input: string | undefined): number | undefined {
  const batch = parseJson(input) as { readonly Items?: readonly { readonly index?: unknown }[] } | undefined;
  const index = batch?.Items?.[0]?.index;
  return typeof index === "number" ? index : undefined;
}
