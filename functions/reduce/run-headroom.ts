import { type Headroom, headroomOf } from "../../contract/headroom/headroom.ts";
import { eventsOf } from "../../contract/headroom/run-events.ts";
import { type Outcome, ReduceInput } from "../../contract/workflow.ts";
import { ownPeakMb } from "../../lib/peak-memory.ts";
import { jsonBytes } from "../shared/state-size.ts";

/** What Lambda says to a function about its call. */
export interface CallContext {
  getRemainingTimeInMillis(): number;
}

/** The stack's settings that bound an execution. */
export interface RunSettings {
  readonly workflowSeconds: number;
  readonly inlineConcurrency: number;
  readonly distributedConcurrency: number;
  /** Memory of this function. */
  readonly memoryMb: number;
}

/** The beginning of a call, from which its time is known. */
export function callTime(context: CallContext): { readonly timeoutSeconds: number; seconds(): number } {
  const timeoutSeconds = context.getRemainingTimeInMillis() / 1_000;
  return { timeoutSeconds, seconds: () => timeoutSeconds - context.getRemainingTimeInMillis() / 1_000 };
}

/**
 * How near an execution came to each limit, as far as its last function knows: `npm run headroom` reads the rest from the
 * history.
 */
export function runHeadroom(
  event: unknown,
  outcome: Outcome,
  { workflowSeconds, inlineConcurrency, distributedConcurrency, memoryMb }: RunSettings,
  time: ReturnType<typeof callTime>,
  now: Date = new Date(),
): { readonly images: number; readonly lines: readonly Headroom[] } {
  const { classified } = ReduceInput.parse(event);
  const { counts, classified: distinct = counts } = outcome;
  // A retry spends its time on the images that it classifies again.
  const images = classified.earlier ? distinct.total : counts.total;
  const distributed = "mapRun" in classified;
  const concurrency = distributed ? distributedConcurrency : inlineConcurrency;
  const batches = distributed ? undefined : classified.batches.length;
  const { plannedAt } = classified;
  const facts = {
    images,
    events: eventsOf(batches),
    stateBytes: Math.max(jsonBytes(event), jsonBytes(outcome)),
    seconds: plannedAt === undefined ? undefined : (now.getTime() - Date.parse(plannedAt)) / 1_000,
    distributed,
    tasks: [{ state: "Reduce results", seconds: time.seconds(), timeoutSeconds: time.timeoutSeconds, calls: 1 }],
    concurrency: Math.min(concurrency, batches ?? concurrency),
    // The peak of this sandbox, as in the reports of Lambda.
    memory: [{ function: "reduce", usedMb: ownPeakMb(), sizeMb: memoryMb }],
  };
  return { images, lines: headroomOf(facts, { workflowSeconds, concurrency }) };
}
