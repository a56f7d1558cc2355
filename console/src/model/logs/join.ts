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
  const inTime = invocations.filter((each) => overlaps(each, attempt));
  const { requestId, number } = attempt;
  if (requestId !== undefined) {
    const own = invocations.filter((each) => each.requestId === requestId);
    if (own.length > 0) return { by: "call", invocations: own };
  }
  const firstIndex = firstIndexOf(run.input);
  const ofRun = inTime.filter(
    ({ call }) =>
      call?.execution === executionArn &&
      call.state === run.name &&
      (firstIndex === undefined || call.firstIndex === firstIndex),
  );
  // A redriven execution counts its attempts anew, so none may have this number.
  const own = ofRun.filter(({ call }) => call?.attempt === number);
  if (ofRun.length > 0) return { by: "call", invocations: own.length > 0 ? own : ofRun };
  // A call that says that it belongs to another execution or attempt is not shown.
  return { by: "time", invocations: inTime.filter(({ call }) => call?.execution === undefined) };
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
