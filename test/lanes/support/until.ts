import { setTimeout as delay } from "node:timers/promises";

/**
 * Calls a function repeatedly until the result is neither undefined nor false. The error names what was expected. The
 * limit only ends a wait for something that never happens, so it is long enough for a busy machine.
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
  withinMs = 300_000,
): Promise<NonNullable<Answer>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Answer>;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await delay(25);
  }
}
