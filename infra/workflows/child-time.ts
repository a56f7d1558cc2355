import { notReadyErrors, refusedErrors } from "../../contract/errors.ts";
import { lambdaLimits } from "../../contract/limits.ts";
import { loadWorkflow } from "../../statemachine/workflow.ts";

interface State {
  readonly Retry?: readonly Retrier[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}
interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds: number;
}

/**
 * Maximum duration of a child execution of the Distributed Map in seconds, computed from the retries of its states: all
 * attempts to classify the batch, then its images one by one.
 */
export function childSeconds(settings: { readonly classifyTimeout: number; readonly batchSize: number }): number {
  const states = within(loadWorkflow("deep-learning-workflow").document as Parent, "Classify at scale");
  const batch = taskSeconds(states["Classify (child)"], settings.classifyTimeout);
  const oneByOne = states["Classify one by one (child)"]?.ItemProcessor?.States ?? {};
  return batch + settings.batchSize * taskSeconds(oneByOne["Classify one image (child)"], settings.classifyTimeout);
}

interface Parent {
  readonly States: Readonly<Record<string, State>>;
}
const within = ({ States }: Parent, name: string) => States[name]?.ItemProcessor?.States ?? {};

/**
 * Assumes that every attempt starts a sandbox and times out, except those that Lambda refuses, which it does at once. A
 * child execution does not meet a function that is not ready: the state "Wake classify" has waited for it before.
 */
function taskSeconds(task: State | undefined, timeout: number): number {
  const retriers = (task?.Retry ?? []).filter((retrier) => !isOf(notReadyErrors, retrier));
  const running = retriers.filter((retrier) => !isOf(refusedErrors, retrier));
  const attempts = 1 + running.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 0);
  const waits = retriers.reduce((sum, retrier) => sum + waitSeconds(retrier), 0);
  return attempts * (lambdaLimits.initSeconds + timeout) + waits;
}

const isOf = (errors: readonly string[], { ErrorEquals }: Retrier): boolean =>
  ErrorEquals.some((name) => errors.includes(name));

/** With full jitter a wait is at most the computed backoff. */
function waitSeconds({ IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds }: Retrier): number {
  return Array.from({ length: MaxAttempts }, (_, attempt) =>
    Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds),
  ).reduce((sum, seconds) => sum + seconds, 0);
}
