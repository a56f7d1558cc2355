import { accessDenied, invalid } from "../error.ts";

/** The policy of a presigned POST form: what others may upload on behalf of the key's owner, and until when. */
export interface PostPolicy {
  /** Milliseconds since 1970. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
}

type Condition =
  | { readonly kind: "eq" | "starts-with"; readonly field: string; readonly value: string }
  | { readonly kind: "content-length-range"; readonly min: number; readonly max: number };

/** Form fields that a policy need not mention. */
const free = new Set(["x-amz-signature", "policy", "file"]);

/** @throws AwsError "InvalidPolicyDocument" */
export function parsePolicy(base64: string): PostPolicy {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch {
    throw malformed("it is not JSON in base64");
  }
  const { expiration, conditions } = (document ?? {}) as { expiration?: unknown; conditions?: unknown };
  const until = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(until)) throw malformed('"expiration" is not an ISO 8601 time');
  if (!Array.isArray(conditions)) throw malformed('"conditions" is not a list');
  return { expiration: until, conditions: conditions.flatMap(parseCondition) };
}

/**
 * Checks a form's fields against its policy: the policy has not expired, every condition is met, and every field is
 * mentioned.
 * @returns the maximum size of the file in bytes.
 * @throws AwsError "AccessDenied", as S3 does
 */
export function checkPolicy(
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
  now: number,
): { readonly min: number; readonly max: number } {
  if (now > policy.expiration) throw accessDenied("Invalid according to Policy: Policy expired.");
  const foreseen = new Set<string>();
  let range = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    if (condition.kind === "content-length-range") {
      range = { min: Math.max(range.min, condition.min), max: Math.min(range.max, condition.max) };
      continue;
    }
    foreseen.add(condition.field);
    const actual = fields.get(condition.field) ?? "";
    const met = condition.kind === "eq" ? actual === condition.value : actual.startsWith(condition.value);
    if (!met) {
      const wanted = JSON.stringify([condition.kind, `$${condition.field}`, condition.value]);
      throw accessDenied(`Invalid according to Policy: Policy Condition failed: ${wanted}`);
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !foreseen.has(name) && !free.has(name) && !name.startsWith("x-ignore-"),
  );
  if (extra.length > 0) {
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
  }
  return range;
}

function parseCondition(condition: unknown): readonly Condition[] {
  if (Array.isArray(condition)) {
    const [operator, first, second] = condition as unknown[];
    if (operator === "content-length-range" && Number.isSafeInteger(first) && Number.isSafeInteger(second)) {
      return [{ kind: operator, min: first as number, max: second as number }];
    }
    if ((operator === "eq" || operator === "starts-with") && typeof first === "string" && typeof second === "string") {
      return [{ kind: operator, field: first.replace(/^\$/, "").toLowerCase(), value: second }];
    }
  } else if (typeof condition === "object" && condition !== null) {
    return Object.entries(condition).map(([field, value]) => ({
      kind: "eq",
      field: field.toLowerCase(),
      value: String(value),
    }));
  }
  throw malformed(`the condition ${JSON.stringify(condition)} is not understood`);
}

function malformed(why: string): Error {
  return invalid("InvalidPolicyDocument", `The policy is not valid: ${why}.`);
}
