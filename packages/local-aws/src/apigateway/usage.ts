import type { RestApiResource, Throttle } from "../graph.ts";

type UsagePlan = RestApiResource["usagePlans"][number];
type Stage = RestApiResource["stages"][number];
type Method = Pick<RestApiResource["methods"][number], "path" | "httpMethod">;

/**
 * A token bucket: allows `burstLimit` calls at once and refills at `rateLimit` tokens per second. A negative rate means
 * no limit.
 */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  constructor({ burstLimit }: Throttle, now: number) {
    this.#tokens = burstLimit;
    this.#filledAt = now;
  }

  /**
   * Takes a token, or returns false if none is left. The limits are passed on each call because they may change at any
   * time.
   */
  take({ rateLimit, burstLimit }: Throttle, now: number): boolean {
    if (rateLimit < 0) return true;
    this.#tokens = Math.min(burstLimit, this.#tokens + ((now - this.#filledAt) / 1_000) * rateLimit);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Counts calls against rates and quotas. The counts start at zero each time the server starts. */
export class Usage {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #quotas = new Map<string, { period: string; used: number }>();

  /**
   * Applies the rate of one method of a stage, shared by all callers. As on AWS, each method of a stage has a separate
   * bucket.
   */
  allowsMethod(stage: Stage, apiId: string, method: Method, now: number): boolean {
    const name = `${method.path}/${method.httpMethod}`;
    const throttle = stage.methodThrottles?.[name] ?? stage.throttle;
    return (
      throttle === undefined || this.#bucket(`method ${apiId} ${stage.name} ${name}`, throttle, now).take(throttle, now)
    );
  }

  /** Applies the rate and quota of a usage plan to one API key. */
  allowsKey(plan: UsagePlan, keyId: string, now: number): "yes" | "THROTTLED" | "QUOTA_EXCEEDED" {
    const name = `${plan.id} ${keyId}`;
    if (plan.throttle && !this.#bucket(name, plan.throttle, now).take(plan.throttle, now)) return "THROTTLED";
    if (!plan.quota) return "yes";
    const period = periodOf(plan.quota.period, now);
    const known = this.#quotas.get(name);
    const quota = known?.period === period ? known : { period, used: 0 };
    this.#quotas.set(name, quota);
    if (quota.used >= plan.quota.limit) return "QUOTA_EXCEEDED";
    quota.used += 1;
    return "yes";
  }

  #bucket(name: string, throttle: Throttle, now: number): TokenBucket {
    const known = this.#buckets.get(name);
    if (known) return known;
    const bucket = new TokenBucket(throttle, now);
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

/** Names the UTC period that contains a time: a day, a week (starting on Sunday) or a month. */
function periodOf(period: NonNullable<UsagePlan["quota"]>["period"], now: number): string {
  const date = new Date(now);
  const day = date.toISOString().slice(0, 10);
  if (period === "DAY") return day;
  if (period === "MONTH") return day.slice(0, 7);
  date.setUTCDate(date.getUTCDate() - date.getUTCDay());
  return date.toISOString().slice(0, 10);
}
