import type { Graph, RoleResource } from "../graph.ts";
import type { Authorizer, Caller } from "../service.ts";
import { AwsError } from "../service.ts";
import type { IssuedKey } from "../sigv4/keys.ts";
import { denied, explicitDeny, missingStatement } from "./denial.ts";
import type { KeyPair } from "./operator-key.ts";
import { policyEvaluator } from "./policy-evaluator.ts";
import type { PolicyQuestion, Verdict } from "./policy-question.ts";
import { type Credentials, Sessions } from "./sessions.ts";
import { GrantLedger, type Refusal, sidOf, type Usage } from "./usage.ts";

export type { KeyPair } from "./operator-key.ts";
export type { Credentials } from "./sessions.ts";
export type { Grant, Refusal, Usage } from "./usage.ts";

/** The services that assume roles of the program. */
export type RolePrincipal =
  | "lambda.amazonaws.com"
  | "states.amazonaws.com"
  | "apigateway.amazonaws.com"
  | "events.amazonaws.com";

export interface Iam {
  readonly authorizer: Authorizer;
  /**
   * Starts a session of a role for a service.
   * @throws AwsError "AccessDeniedException" if the role's trust policy does not let the service assume it.
   */
  issue(roleArn: string, sessionName: string, service: RolePrincipal): Credentials;
  /**
   * @throws AwsError "InvalidAccessKeyId" for a key that was never issued, "ExpiredTokenException" for a key of an
   * ended session
   */
  keyOf(accessKeyId: string): IssuedKey;
  /** Returns the owner of a key. @throws AwsError as `keyOf` does */
  callerOf(accessKeyId: string): Caller;
  /** Ends a session after at most one hour, because URLs that it signed stay valid after its sandbox has ended. */
  retire(accessKeyId: string): void;
  /** Ends a session immediately. */
  revoke(accessKeyId: string): void;
  /** Replaces roles and policies; existing sessions continue under the new ones. */
  update(graph: Pick<Graph, "roles">): void;
  usage(): Usage;
  /** Returns the calls by roles that were denied since the previous call of this method. */
  takeRefusals(): readonly Refusal[];
}

/**
 * Maximum number of cached results. A service may ask about any number of object keys, so the cache must be bounded.
 */
const cacheSize = 10_000;

/**
 * IAM for the captured roles: manages sessions, and decides on each call by AWS's evaluation rules. `operator` is the
 * only key pair that no role restricts.
 */
export function createIam(graph: Pick<Graph, "roles" | "accountId">, operator: KeyPair): Iam {
  policyEvaluator.prepare();
  const sessions = new Sessions(graph.accountId, operator);
  const ledger = new GrantLedger();
  const cache = new Map<string, Verdict>();
  let roles = byArn(graph.roles);

  /** `key` contains everything the result depends on except the roles; a change of roles empties the cache. */
  function evaluate(key: readonly unknown[], question: Omit<PolicyQuestion, "accountId">): Verdict {
    const text = JSON.stringify(key);
    const known = cache.get(text);
    if (known) return known;
    const verdict = policyEvaluator.evaluate({ ...question, accountId: graph.accountId });
    const oldest = cache.size >= cacheSize ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.set(text, verdict);
    return verdict;
  }

  const authorizer: Authorizer = {
    authorize(caller, action, resource, context = {}) {
      if (caller.service) {
        throw denied(`${caller.service.principal} has no identity-based policies: ask the resource's policy instead.`);
      }
      if (caller.roleArn === undefined) return;
      const role = roles.get(caller.roleArn);
      if (!role) throw denied(`Role "${caller.roleArn}" of ${caller.arn} does not exist any more.`);
      const { result, grants, denials } = evaluate([role.arn, action, resource, context], {
        principal: caller.arn,
        action,
        resource,
        context,
        identityPolicies: role.policies,
      });
      const decisive = [...grants, ...denials].filter(({ policyType }) => policyType === "identity");
      for (const { policy, index } of decisive) ledger.mark(role, policy, index);
      if (result === "Allowed") return;
      ledger.refuse({ role: role.name, action, resource });
      const refused = { caller, action, resource, context };
      const deny = denials[0];
      if (result === "ImplicitlyDenied" || !deny) throw missingStatement(refused);
      const sid = sidOf(role, deny.policy, deny.index);
      throw explicitDeny(refused, `"${sid}" of policy "${deny.policy}" of role "${role.name}"`);
    },
  };

  return {
    authorizer,
    issue(roleArn, sessionName, service) {
      const role = roles.get(roleArn);
      if (!role) throw new AwsError("InvalidParameterValueException", `There is no role "${roleArn}".`);
      const { result } = evaluate([role.arn, service], {
        principal: service,
        action: "sts:AssumeRole",
        resource: roleArn,
        context: { "aws:SourceAccount": graph.accountId },
        identityPolicies: {},
        resourcePolicy: role.assumeRolePolicy,
      });
      if (result !== "Allowed") {
        ledger.refuse({ role: role.name, action: "sts:AssumeRole", resource: roleArn });
        throw denied(
          `${service} cannot assume role "${role.name}": its trust policy has no statement that allows ` +
            `sts:AssumeRole to {"Service":"${service}"} from account ${graph.accountId}.`,
        );
      }
      return sessions.start(roleArn, sessionName);
    },
    keyOf: (accessKeyId) => sessions.key(accessKeyId),
    callerOf: (accessKeyId) => sessions.key(accessKeyId).caller,
    retire: (accessKeyId) => sessions.retire(accessKeyId),
    revoke: (accessKeyId) => sessions.revoke(accessKeyId),
    update(next) {
      roles = byArn(next.roles);
      cache.clear();
    },
    usage: () => ledger.report([...roles.values()]),
    takeRefusals: () => ledger.takeRefusals(),
  };
}

function byArn(roles: readonly RoleResource[]): ReadonlyMap<string, RoleResource> {
  return new Map(roles.map((role) => [role.arn, role]));
}
