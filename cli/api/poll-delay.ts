/** From this wait on, in milliseconds, the header `retry-after` is respected. */
const patientMs = 1_000;

/**
 * Milliseconds until the next poll: `waitMs` with jitter. A short execution is polled more often than the service
 * recommends; a long one never earlier than after `retryAfterMs`.
 */
export function pollDelayMs(waitMs: number, retryAfterMs: number): number {
  if (waitMs < patientMs) return waitMs * (1 + Math.random()) * 0.75;
  return Math.max(waitMs, retryAfterMs) * (1 + Math.random() / 2);
}
