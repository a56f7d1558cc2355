import type { CapturedResource, Graph, PolicyDocument } from "#local-aws";
import { policyEvaluator } from "../../../packages/local-aws/src/iam/policy-evaluator.ts";

/** A statement of a resource policy, and whether the result of a request changes without it. */
export interface PolicyCheck {
  readonly resource: string;
  readonly sid: string;
  readonly request: string;
  readonly noticed: boolean;
}

interface Asked {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  /** The policies of the caller. */
  readonly identity?: PolicyDocument;
}

/**
 * Policies that only AWS enforces, because the one-machine AWS has no TLS, ECR or SNS. For each statement there is one
 * request that needs it. The request is evaluated by IAM's rules with and without the statement.
 */
export function resourcePolicyRequests(graph: Graph): readonly PolicyCheck[] {
  return graph.resources.flatMap((resource) => {
    const text = resource.inputs["policy"];
    if (text === undefined || !(resource.type in requests)) return [];
    const policy = (typeof text === "string" ? JSON.parse(text) : text) as PolicyDocument;
    const asked = requests[resource.type]?.(graph, resource) ?? [];
    return policy.Statement.flatMap((statement, at) => {
      const without = { ...policy, Statement: policy.Statement.filter((_statement, index) => index !== at) };
      return asked.map((request) => ({
        resource: resource.name.replace(/^dlw-[a-z0-9]+-/, ""),
        sid: String(statement["Sid"]),
        request: `${request.principal} ${request.action}`,
        noticed: decision(graph, request, policy) !== decision(graph, request, without),
      }));
    });
  });
}

/** Resource policies of the program for which there is no request here. */
export function unasked({ resources }: Graph): readonly string[] {
  const held = /^aws:iam\//;
  return resources
    .filter(({ type, inputs }) => "policy" in inputs && !held.test(type) && !(type in requests))
    .map(({ urn }) => urn);
}

const requests: Readonly<Record<string, (graph: Graph, resource: CapturedResource) => readonly Asked[]>> = {
  "aws:s3/bucketPolicy:BucketPolicy": ({ accountId }, { inputs }) => {
    const resource = `arn:aws:s3:::${inputs["bucket"]}/samples/labrador.jpg`;
    const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: resource }];
    return [
      {
        principal: `arn:aws:iam::${accountId}:user/somebody`,
        action: "s3:GetObject",
        resource,
        context: { "aws:SecureTransport": "false" },
        identity: { Version: "2012-10-17", Statement },
      },
    ];
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": ({ accountId, region, functions }, { inputs }) =>
    ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].map((action) => ({
      principal: "lambda.amazonaws.com",
      action,
      resource: `arn:aws:ecr:${region}:${accountId}:repository/${inputs["repository"]}`,
      context: { "aws:SourceAccount": accountId, "aws:SourceArn": functions[0]?.arn ?? "" },
    })),
  "aws:sns/topicPolicy:TopicPolicy": ({ accountId }, { inputs }) => [
    {
      principal: "cloudwatch.amazonaws.com",
      action: "sns:Publish",
      resource: String(inputs["arn"]),
      context: { "aws:SourceAccount": accountId },
    },
  ],
};

function decision({ accountId }: Graph, asked: Asked, policy: PolicyDocument): string {
  const { principal, action, resource, context, identity } = asked;
  // A repository's policy has no Resource, because it applies to its own repository.
  const Statement = policy.Statement.map((statement) => ({ Resource: resource, ...statement }));
  return policyEvaluator.evaluate({
    principal,
    action,
    resource,
    accountId,
    context,
    identityPolicies: identity ? { own: identity } : {},
    ...(Statement.length > 0 && { resourcePolicy: { ...policy, Statement } }),
  }).result;
}
