import type { Deadline } from "../../contract/workflow.ts";

/** Milliseconds until a call has to return: the function's own time, or less where the execution has a deadline; negative when it is over. */
export function remaining(
  context: { getRemainingTimeInMillis(): number },
  deadline: Deadline | undefined,
  now = Date.now(),
): number {
  const own = context.getRemainingTimeInMillis();
  if (!deadline) return own;
  return Math.min(own, Date.parse(deadline.startedAt) + deadline.seconds * 1_000 - now);
}
