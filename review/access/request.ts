import { type PolicyDocument, type PolicyQuestion, policyEvaluator } from "#local-aws";
import type { Grant } from "./grant.ts";
import { exampleOf } from "./pattern.ts";
import type { Policies } from "./policies.ts";

/** A request that the simulator can evaluate. */
export interface Request {
  /** ARN of a role or another principal, a service's name, or "*" for an unknown principal. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export type Answer = "allowed" | "denied" | "undecided";

const stranger = "arn:aws:iam::111122223333:user/stranger";
/**
 * A principal outside the program is limited by its own policies, which are unknown. They are assumed to allow
 * everything, so that the resource's policy decides.
 */
const everything: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** The simulator's result for a request under one program's policies. */
export function answerOf(policies: Policies, accountId: string, request: Request): Answer {
  const { action, resource, context } = request;
  const identities = policies.identities.get(request.principal);
  const resourcePolicy = resourcePolicyOf(policies, request);
  const question: PolicyQuestion = {
    principal: principalOf(request.principal, identities !== undefined, accountId),
    action,
    resource,
    accountId,
    context: { "aws:SourceAccount": accountId, "aws:SecureTransport": "true", ...context },
    identityPolicies: identities ?? (isService(request.principal) ? {} : { everything }),
    ...(resourcePolicy && { resourcePolicy }),
  };
  try {
    return policyEvaluator.evaluate(question).result === "Allowed" ? "allowed" : "denied";
  } catch {
    return "undecided";
  }
}

const isService = (principal: string): boolean =>
  /^[a-z0-9.-]+\.(amazonaws\.com|aws\.internal)(\.cn)?$/.test(principal);

function principalOf(principal: string, isRole: boolean, accountId: string): string {
  if (principal === "*") return stranger;
  if (/^\d{12}$/.test(principal)) return `arn:aws:iam::${principal}:user/anybody`;
  if (/:root$/.test(principal)) return principal.replace(/:root$/, ":user/anybody");
  if (!isRole) return principal;
  return `arn:aws:sts::${accountId}:assumed-role/${principal.split("/").at(-1)}/review`;
}

/**
 * The resource policy that applies to a request: for an object that of its bucket, for a version that of its function.
 */
function resourcePolicyOf(policies: Policies, { resource }: Request): PolicyDocument | undefined {
  const isOf = (arn: string): boolean =>
    resource === arn || resource.startsWith(`${arn}/`) || resource.startsWith(`${arn}:`);
  const [arn] = [...policies.resources.keys()].filter(isOf).sort((a, b) => b.length - a.length);
  const document = arn === undefined ? undefined : policies.resources.get(arn);
  if (!document || arn === undefined) return undefined;
  // Trust and repository policies have no Resource, and the simulator does not expect one.
  return document;
}

/**
 * The same request under circumstances that a condition often excludes: on behalf of another account, and without TLS.
 * Without them, a grant that loses such a condition would decide nothing otherwise.
 */
export const fromElsewhere = (request: Request): readonly Request[] =>
  [{ "aws:SourceAccount": "111122223333" }, { "aws:SecureTransport": "false" }].map((context) => ({
    ...request,
    context: { ...context, ...request.context },
  }));

/** A request that the grant allows. Its wildcards are replaced with new texts. */
export function requestFor(grant: Grant, fresh?: string): Request {
  return {
    principal: grant.principal.replace(/^(AWS|Service|Federated|CanonicalUser) /, ""),
    action: grant.action,
    resource: grant.resource === "*" ? anyResource(grant.action, fresh) : exampleOf(grant.resource, fresh),
    context: contextFor(grant.condition, fresh),
  };
}

/**
 * An example resource of the action's service, for a grant for all resources. "*" if the format of the service's ARNs
 * is not listed here.
 */
function anyResource(action: string, fresh?: string): string {
  const service = action.split(":")[0]?.toLowerCase() ?? "";
  const forms: Readonly<Record<string, string>> = {
    s3: action.includes("Object") ? "arn:aws:s3:::*/*" : "arn:aws:s3:::*",
    lambda: "arn:aws:lambda:us-east-1:000000000000:function:*",
    states:
      /Execution$/.test(action) && !action.includes("Start")
        ? "arn:aws:states:us-east-1:000000000000:execution:*:*"
        : "arn:aws:states:us-east-1:000000000000:stateMachine:*",
    sns: "arn:aws:sns:us-east-1:000000000000:*",
    sqs: "arn:aws:sqs:us-east-1:000000000000:*",
    dynamodb: "arn:aws:dynamodb:us-east-1:000000000000:table/*",
    iam: "arn:aws:iam::000000000000:role/*",
    sts: "arn:aws:iam::000000000000:role/*",
    kms: "arn:aws:kms:us-east-1:000000000000:key/*",
    secretsmanager: "arn:aws:secretsmanager:us-east-1:000000000000:secret:*",
  };
  const form = forms[service];
  return form === undefined ? "*" : exampleOf(form, fresh);
}

/** Values of condition keys that satisfy a condition, as far as its operators allow it. */
function contextFor(condition: string, fresh?: string): Request["context"] {
  if (condition === "") return {};
  const context: Record<string, string | readonly string[]> = {};
  const operators = JSON.parse(condition) as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  for (const [operator, keys] of Object.entries(operators)) {
    for (const [key, [value = ""]] of Object.entries(keys)) {
      if (/Not|Null|IfExists/i.test(operator)) continue;
      const fitting = /Like/i.test(operator) ? exampleOf(value, fresh) : value;
      context[key] = /^For(Any|All)/i.test(operator) ? [fitting] : fitting;
    }
  }
  return context;
}
