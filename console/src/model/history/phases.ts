import type { HistoryEvent } from "./event.ts";
import type { History } from "./history.ts";
import type { StateRun } from "./run.ts";

/**
 * What a run did in a part of its time. `queued`: its call or iteration waited until it could start. `starting`: a
 * function's sandbox started. `working`: its function or service worked. `waiting`: it waited on purpose, in a Wait
 * state or for a task token. `backoff`: it waited until its Retry called again.
 */
export const phaseKinds = ["queued", "starting", "working", "waiting", "backoff"] as const;
export type PhaseKind = (typeof phaseKinds)[number];

export interface Phase {
  readonly kind: PhaseKind;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export const phaseWords: Readonly<Record<PhaseKind, string>> = {
  queued: "queued",
  starting: "cold start",
  working: "working",
  waiting: "waiting",
  backoff: "waiting for a retry",
};

/** After each of these events, the run is in the phase until its next event. */
const begun: readonly (readonly [RegExp, PhaseKind])[] = [
  [/^(Task|LambdaFunction|Activity)Scheduled$/, "queued"],
  [/^(Task|LambdaFunction|Activity)Started$/, "working"],
  [/^TaskSubmitted$/, "waiting"],
  [/^(Task|LambdaFunction|Activity)(Failed|TimedOut|StartFailed|SubmitFailed|ScheduleFailed)$/, "backoff"],
  [/^WaitStateEntered$/, "waiting"],
];

/**
 * The phases of a run, in order and without overlaps. The time between them is Step Functions' own.
 * @param now the end of a phase that has not ended yet, in milliseconds since 1970
 * @param coldStart how long the sandbox of an attempt took to start, in milliseconds. Attempts count from 0. A history
 * does not say it, so that it is known only from the functions' logs.
 */
export function phasesOf(
  run: StateRun,
  { eventOf }: Pick<History, "eventOf">,
  now: number,
  coldStart: (attempt: number) => number | undefined = () => undefined,
): readonly Phase[] {
  const events = run.eventIds.flatMap((id) => eventOf(id) ?? []);
  const phases: Phase[] = [];
  const add = (kind: PhaseKind, from: number, to: number): void => {
    if (to > from) phases.push({ kind, from, to });
  };
  const placed = queuedSince(run);
  if (placed !== undefined) add("queued", placed, run.enteredAt);
  let attempt = -1;
  events.forEach((event, at) => {
    const kind = kindAfter(event);
    if (kind === "queued") attempt += 1;
    const next = events[at + 1];
    // Without another attempt, what follows a failure is no wait for a retry.
    if (kind === undefined || (kind === "backoff" && !/Scheduled$/.test(next?.type ?? ""))) return;
    const to = next?.at ?? run.exitedAt ?? now;
    const started = kind === "working" ? Math.min(to, event.at + (coldStart(attempt) ?? 0)) : event.at;
    add("starting", event.at, started);
    add(kind, started, to);
  });
  return phases;
}

function kindAfter({ type }: HistoryEvent): PhaseKind | undefined {
  return begun.find(([pattern]) => pattern.test(type))?.[1];
}

/** An iteration of a Map waits for its turn from the moment at which its Map was entered. */
function queuedSince({ scope, id }: StateRun): number | undefined {
  const isFirst = scope?.kind === "iteration" && scope.runs[0]?.id === id;
  return isFirst ? scope.owner.enteredAt : undefined;
}
