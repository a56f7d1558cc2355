import { isWildcardOnlyAction } from "@cloud-copilot/iam-simulate";
import type { Policy } from "../../../account/documents.ts";
import type { PolicyDocument } from "../../../packages/local-aws/src/graph.ts";
import { policyEvaluator } from "../../../packages/local-aws/src/iam/policy-evaluator.ts";
import type { Call } from "./calls.ts";

export type Policies = Readonly<Record<string, Policy>>;
export type Asked = Pick<Call, "action" | "resource" | "context">;

/** Whether the simulator allows a call under policies. @throws Error for an action or a resource that IAM does not know */
export async function allows(policies: Policies, { action, resource, context }: Asked): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  if (ambiguous.test(action)) return Object.values(policies).some((policy) => covers(policy, action, resource));
  // Some ARNs have no account, such as a bucket's.
  const accountId = resource.split(":")[4] || "123456789012";
  const { result } = policyEvaluator.evaluate({
    principal: `arn:aws:sts::${accountId}:assumed-role/github/1`,
    action,
    resource: (await isWildcardOnlyAction(service, name)) ? "*" : resource,
    accountId,
    context,
    identityPolicies: policies,
    ...(service === "kms" && { resourcePolicy: keyPolicy(accountId) }),
  });
  return result === "Allowed";
}

/** The policy that AWS gives a key: what the account's own policies allow. */
const keyPolicy = (accountId: string): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "kms:*", Resource: "*" },
  ],
});

/** For these the simulator cannot decide whether a qualifier is a version or an alias. The grants have no conditions. */
const ambiguous = /^lambda:\w+ProvisionedConcurrencyConfig$/;

const covers = ({ Statement }: Policy, action: string, resource: string): boolean =>
  Statement.some(
    ({ Action, Resource = [], Condition }) =>
      Condition === undefined && Action.includes(action) && Resource.some((pattern) => reaches(pattern, resource)),
  );

/** Whether the pattern of a policy matches an ARN. */
export function reaches(pattern: string, arn: string): boolean {
  const expression = pattern.split("*").map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${expression.join(".*")}$`).test(arn);
}

/** The calls that are refused, each as one line. */
export async function refused(policies: Policies, calls: readonly Call[]): Promise<readonly string[]> {
  const lines = new Set<string>();
  for (const call of calls) {
    const line = `${call.action} on ${call.resource}`;
    if (!lines.has(line) && !(await allows(policies, call))) lines.add(`${line}: ${call.purpose}`);
  }
  return [...lines];
}

/** The policies without one statement, and without one action of a statement that has several. */
export function* mutantsOf(policies: Policies): Generator<{
  readonly gone: string;
  /** The actions that the mutant no longer allows, at least by this statement. */
  readonly actions: readonly string[];
  readonly policies: Policies;
}> {
  for (const [name, policy] of Object.entries(policies)) {
    for (const statement of policy.Statement) {
      const others = policy.Statement.filter((each) => each !== statement);
      const replaced = (statements: Policy["Statement"]): Policies => ({
        ...policies,
        [name]: { ...policy, Statement: statements },
      });
      yield { gone: `${name} ${statement.Sid}`, actions: statement.Action, policies: replaced(others) };
      if (statement.Action.length < 2) continue;
      for (const action of statement.Action) {
        const rest = { ...statement, Action: statement.Action.filter((each) => each !== action) };
        yield {
          gone: `${name} ${statement.Sid} ${action}`,
          actions: [action],
          policies: replaced([...others, rest]),
        };
      }
    }
  }
}

/** The first call that is refused because of a mutant. */
export async function noticedBy(
  mutant: { readonly actions: readonly string[]; readonly policies: Policies },
  calls: readonly Call[],
): Promise<Call | undefined> {
  const matches = (action: string) =>
    mutant.actions.some((grant) => (grant.endsWith("*") ? action.startsWith(grant.slice(0, -1)) : grant === action));
  for (const call of calls) if (matches(call.action) && !(await allows(mutant.policies, call))) return call;
  return undefined;
}
