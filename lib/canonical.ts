/** Properties that contain JSON text which AWS parses, so key order and white space do not matter. */
const jsonProperties = new Set([
  "policy",
  "assumeRolePolicy",
  "definition",
  "dashboardBody",
  "lifecyclePolicy",
  "redrivePolicy",
  "filterPolicy",
  "inlinePolicy",
]);

/** Lists that AWS treats as sets, by property name. */
const sets = new Set([
  "allowedHeaders",
  "allowedMethods",
  "allowedOrigins",
  "alarmActions",
  "architectures",
  "exposeHeaders",
  "insufficientDataActions",
  "managedPolicyArns",
  "okActions",
  "securityGroupIds",
  "subnetIds",
  "binaryMediaTypes",
  "ErrorEquals",
]);

/** Lists of rules. Their order does not matter if each rule has an id. */
const rulesById = new Set(["rules", "corsRules"]);

/**
 * A property's value in canonical form, so that values which are the same for AWS are equal: JSON text is parsed, keys
 * and sets are sorted, and absent values are removed.
 */
export function canonical(value: unknown, property = ""): unknown {
  if (typeof value === "string") return jsonProperties.has(property) ? parsed(value) : value;
  if (Array.isArray(value)) {
    const items = value.map((each) => canonical(each));
    const hasIds = rulesById.has(property) && items.every((item) => typeof (item as { id?: unknown })?.id === "string");
    return sets.has(property) || hasIds ? sorted(items) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .map(([key, each]) => [key, canonical(each, key)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parsed(text: string): unknown {
  try {
    return canonical(JSON.parse(text));
  } catch {
    return text;
  }
}

const sorted = (items: readonly unknown[]): unknown[] =>
  items
    .map((item) => [JSON.stringify(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);

export const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

export interface Difference {
  /** Path with dots: `environment.variables.BATCH_SIZE`. */
  readonly path: string;
  /** Undefined if the value did not exist. */
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The differences between two canonical values. Lists that have different lengths or contain plain values are compared
 * as a whole.
 */
export function differences(before: unknown, after: unknown, path = ""): readonly Difference[] {
  if (isSame(before, after)) return [];
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(before[key], after[key], at(key)));
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length && before.every(isObject)) {
    return before.flatMap((each, index) => differences(each, after[index], at(String(index))));
  }
  return [{ path, before, after }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
