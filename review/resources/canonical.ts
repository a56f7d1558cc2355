/** Properties whose text is JSON that AWS reads: key order and white space mean nothing there. */
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

/** Lists that AWS takes as sets, by the property's name. */
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

/** Lists of rules, whose order means nothing where each has an id. */
const rulesById = new Set(["rules", "corsRules"]);

/** What AWS sees of a property's value: JSON text parsed, keys sorted, sets sorted, what is absent left out. */
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
  /** Dotted: `environment.variables.BATCH_SIZE`. */
  readonly path: string;
  /** Undefined where there is none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two canonical values differ; lists of another length, and lists of plain values, differ as a whole. */
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
