import { counted } from "../../../../lib/counted.ts";
import type { Failure, StateRun } from "./run.ts";

type Source = Readonly<Record<string, unknown>>;

/**
 * Explains in one sentence why a run failed: the last error, the attempt, and what Retry and Catch in the state's
 * definition did. Undefined if nothing failed.
 */
export function explain(run: StateRun, source: Source | undefined): string | undefined {
  const failure = run.failures.at(-1);
  if (failure === undefined) return undefined;
  const { error } = failure;
  const attempts = Math.max(run.attempts, 1);
  const which = attempts === 1 ? "at its first attempt" : `at attempt ${run.failures.length}`;
  const parts = [`${run.name} failed ${which} with ${error}`];
  const ended = run.status === "failed" || run.status === "caught";
  if (run.status === "succeeded") parts.push(`attempt ${attempts} then succeeded`);
  else parts.push(retried(listOf(source?.["Retry"]), error, run.failures));
  if (ended) parts.push(caught(listOf(source?.["Catch"]), error, run.status === "caught"));
  return `${parts.join("; ")}.`;
}

function retried(retriers: readonly Source[], error: string, failures: readonly Failure[]): string {
  if (retriers.length === 0) return "the state has no Retry";
  const retrier = retriers.find((each) => matches(each, error));
  if (retrier === undefined) return "no Retry of the state matches this error";
  const most = typeof retrier["MaxAttempts"] === "number" ? retrier["MaxAttempts"] : 3;
  // Each retrier counts its own attempts.
  const used = failures.filter((each) => retriers.find((other) => matches(other, each.error)) === retrier).length - 1;
  if (used >= most) return `Retry allows ${counted(most, "more attempt")}, and all were used`;
  return `Retry allows ${counted(most, "more attempt")}`;
}

function caught(catchers: readonly Source[], error: string, wasCaught: boolean): string {
  const catcher = catchers.find((each) => matches(each, error));
  if (wasCaught) return `Catch continued with ${String(catcher?.["Next"] ?? "another state")}`;
  return catchers.length === 0 ? "the state has no Catch" : "no Catch of the state matches";
}

/**
 * Whether a retrier or catcher matches an error. In the Amazon States Language, `States.TaskFailed` matches every error
 * except a timeout.
 */
function matches({ ErrorEquals }: Source, error: string): boolean {
  const names = Array.isArray(ErrorEquals) ? ErrorEquals : [];
  return names.some(
    (name) => name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout"),
  );
}

function listOf(value: unknown): readonly Source[] {
  return Array.isArray(value) ? value : [];
}
