import type { Recoverable, Retrier } from "../asl/definition.ts";
import type { Given } from "../data/flow.ts";
import { ExecutionError, matches } from "./error.ts";
import type { Frame, Outcome } from "./frame.ts";
import type { Query } from "./query/query.ts";

/**
 * Runs a state's work with its Retry and Catch. `work` is called once per attempt and returns the state's output;
 * `lost` is called once, when an error is not retried.
 */
export async function recover(
  state: Recoverable,
  frame: Frame,
  query: Query,
  work: () => Promise<Given & Pick<Outcome, "text">>,
  lost?: () => Promise<void>,
): Promise<Outcome> {
  const used = new Map<Retrier, number>();
  for (;;) {
    try {
      return { ...(await work()), next: state.Next };
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
      const retries = retrier === undefined ? 0 : (used.get(retrier) ?? 0);
      if (retrier !== undefined && retries < (retrier.MaxAttempts ?? 3)) {
        used.set(retrier, retries + 1);
        frame.retryCount += 1;
        await pause(retrier, retries, frame);
        continue;
      }
      const index = state.Catch?.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error)) ?? -1;
      const catcher = state.Catch?.[index];
      await lost?.();
      if (catcher === undefined) throw error;
      return { ...(await query.caught(catcher, index, error)), next: catcher.Next };
    }
  }
}

/**
 * Returns the delay before a retry in seconds: the interval, multiplied by the backoff rate for each previous retry,
 * limited by the maximum delay, and randomised if the JitterStrategy is FULL.
 */
export function retryDelay(retrier: Retrier, retries: number, random: () => number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
  const delay = Math.min(IntervalSeconds * BackoffRate ** retries, MaxDelaySeconds);
  return JitterStrategy === "FULL" ? random() * delay : delay;
}

async function pause(retrier: Retrier, retries: number, frame: Frame): Promise<void> {
  const { branch, run } = frame;
  const until = branch.latest + retryDelay(retrier, retries, frame.random) * 1_000;
  if (branch.upcoming() !== undefined) return;
  await branch.live();
  await run.clock.sleep(until - run.clock.now(), branch.signal);
}
