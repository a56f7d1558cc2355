import { setTimeout as delay } from "node:timers/promises";
import { ImageError } from "../image-error.ts";

/** Attempts to fetch one image, the first one included. */
export const mostAttempts = 5;
/** The timeout of an image that ends its attempts: each takes the whole time of a fetch. */
export const mostTimeouts = 2;
const firstWaitMs = 250;
const longestWaitMs = 5_000;

export interface AgainRules {
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  /** Milliseconds until the result of the image is needed. */
  remaining(): number;
  /** Aborts a wait, which rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** From 0 to below 1. @default Math.random */
  readonly random?: () => number;
  /** Waits, unless the signal aborts. @default a timer */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Fetches an image, and tries again after an error that may pass, as long as another attempt can end in time. The waits
 * grow and have full jitter, so that many calls do not return to a host together; a host that names a time to wait gets
 * at least that.
 * @throws ImageError of the last attempt, or the signal's reason
 */
export async function again<T>(fetch: () => Promise<T>, rules: AgainRules): Promise<T> {
  const { random = Math.random, wait = timer } = rules;
  for (let attempt = 1, timeouts = 0; ; attempt += 1) {
    try {
      return await fetch();
    } catch (error) {
      if (!(error instanceof ImageError) || error.again === undefined || attempt === mostAttempts) throw error;
      if (error.code === "FetchTimeout") timeouts += 1;
      const backoffMs = random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
      const waitMs = error.again.afterMs + backoffMs;
      if (timeouts === mostTimeouts || waitMs + rules.timeoutMs > rules.remaining()) throw error;
      await wait(waitMs, rules.signal);
    }
  }
}

async function timer(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Milliseconds that a header `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3); 0 without a usable one. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
