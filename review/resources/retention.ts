/** How long something is kept, in days, or how many are kept. An absent value or 0 means that it is kept forever. */
const forEver = Number.POSITIVE_INFINITY;

export function isShorter(before: unknown, after: unknown): boolean {
  return lengthOf(after) < lengthOf(before);
}

const lengthOf = (value: unknown): number => (typeof value === "number" && value > 0 ? value : forEver);

interface LifecycleRule {
  readonly id?: string;
  readonly status?: string;
  readonly prefix?: string;
  readonly filter?: { readonly prefix?: string };
  readonly expiration?: { readonly days?: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
}

/** Days until objects under each prefix expire, according to the enabled rules of a bucket. */
function expirations(rules: unknown): ReadonlyMap<string, number> {
  const days = new Map<string, number>();
  for (const rule of Array.isArray(rules) ? (rules as readonly LifecycleRule[]) : []) {
    if (rule.status === "Disabled") continue;
    const prefix = rule.filter?.prefix ?? rule.prefix ?? "";
    for (const [kind, each] of [
      ["", rule.expiration?.days],
      ["former versions of ", rule.noncurrentVersionExpiration?.noncurrentDays],
    ] as const) {
      if (each === undefined) continue;
      const key = `${kind}${prefix}`;
      days.set(key, Math.min(each, days.get(key) ?? forEver));
    }
  }
  return days;
}

export interface Shortened {
  readonly prefix: string;
  /** In days; infinite if objects did not expire. */
  readonly before: number;
  readonly after: number;
}

/**
 * Prefixes whose objects expire sooner than before. Rules for shorter prefixes that include them are considered too.
 */
export function shortenedPrefixes(before: unknown, after: unknown): readonly Shortened[] {
  const [old, now] = [expirations(before), expirations(after)];
  const daysOf = (rules: ReadonlyMap<string, number>, prefix: string): number =>
    Math.min(forEver, ...[...rules].filter(([each]) => prefix.startsWith(each)).map(([, days]) => days));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((prefix) => ({ prefix, before: daysOf(old, prefix), after: daysOf(now, prefix) }))
    .filter((each) => each.after < each.before);
}

interface ImageRule {
  readonly tagPrefixList?: readonly string[];
  readonly tagStatus?: string;
  readonly maximumNumberOfImages?: number;
  readonly maximumAgeLimit?: number;
  readonly selection?: {
    readonly tagPrefixList?: readonly string[];
    readonly tagStatus?: string;
    readonly countNumber?: number;
  };
}

/** Whether a rule of an image repository keeps fewer images or keeps them for a shorter time, or is new. */
export function keepsFewerImages(before: unknown, after: unknown): boolean {
  const old = imageCounts(before);
  return [...imageCounts(after)].some(([key, count]) => count < (old.get(key) ?? forEver));
}

function imageCounts(policy: unknown): ReadonlyMap<string, number> {
  const rules = (policy as { rules?: readonly ImageRule[] } | undefined)?.rules ?? [];
  return new Map(
    rules.map((rule) => {
      const { tagPrefixList = [], tagStatus = "" } = rule.selection ?? rule;
      const count = rule.selection?.countNumber ?? rule.maximumNumberOfImages ?? rule.maximumAgeLimit ?? forEver;
      return [`${tagStatus} ${[...tagPrefixList].sort().join()}`, count] as const;
    }),
  );
}
