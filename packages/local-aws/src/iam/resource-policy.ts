import type { FunctionPermission } from "../graph.ts";
import type { Caller } from "../service.ts";
import { policyEvaluator } from "./policy-evaluator.ts";

/**
 * The caller for a service's call on its own behalf. For API Gateway:
 * `serviceCaller("apigateway.amazonaws.com", "arn:aws:execute-api:…/stage/POST/orders")`.
 */
export function serviceCaller(principal: string, sourceArn: string): Caller {
  return { accessKeyId: principal, arn: principal, service: { principal, sourceArn } };
}

/**
 * Whether a function's resource policy allows a service to call it. `resource` is the ARN of the function or of an
 * alias.
 */
export function permits(
  permissions: readonly FunctionPermission[],
  caller: Caller & { readonly service: NonNullable<Caller["service"]> },
  action: string,
  resource: string,
): boolean {
  const { principal, sourceArn } = caller.service;
  const [, , , , accountId = ""] = resource.split(":");
  const functionArn = resource.split(":").slice(0, 7).join(":");
  const Statement = permissions.map((permission) => ({
    Sid: permission.statementId,
    Effect: "Allow",
    Principal: { Service: permission.principal },
    Action: permission.action,
    Resource: permission.qualifier === undefined ? functionArn : `${functionArn}:${permission.qualifier}`,
    ...(permission.sourceArn === undefined
      ? {}
      : { Condition: { ArnLike: { "aws:SourceArn": permission.sourceArn } } }),
  }));
  if (Statement.length === 0) return false;
  const { result } = policyEvaluator.evaluate({
    principal,
    action,
    resource,
    accountId,
    context: { "aws:SourceArn": sourceArn, "aws:SourceAccount": accountId },
    identityPolicies: {},
    resourcePolicy: { Version: "2012-10-17", Statement },
  });
  return result === "Allowed";
}
