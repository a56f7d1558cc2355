import { documentOf, type Fills, type Policy, type PolicyName, type TrustName } from "../../../account/documents.ts";
import { policiesOf, type RoleName } from "../../../account/stack-access.ts";
import type { Graph } from "../../../packages/local-aws/src/graph.ts";

/** Example values for the placeholders in docs/iam. */
export const example: Fills = {
  ACCOUNT_ID: "123456789012",
  REGION: "us-east-1",
  STATE_BUCKET: "example-pulumi-state",
  KEY_ARN: "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
  ORGANISATION: "example",
  REPOSITORY: "deep-learning-workflow",
  STACK: "prod",
  WORKFLOW: "deploy-stack.yml",
  IMAGE_BUCKET: ["photos-of-another-team"],
};

/** A document of docs/iam with its placeholders replaced. */
export function read(name: PolicyName | TrustName, fills: Fills = example): Policy {
  return documentOf(name, fills);
}

/** The policies of a role, by name. */
export function rolePolicies(role: RoleName, fills: Fills = example): Readonly<Record<string, Policy>> {
  return Object.fromEntries(policiesOf(role, fills.STACK).map((name) => [name, read(name, fills)]));
}

/** The placeholders of the account and the stack of a captured graph. */
export function fillsOf({ accountId, region, stack }: Pick<Graph, "accountId" | "region" | "stack">): Fills {
  const KEY_ARN = `arn:aws:kms:${region}:${accountId}:key/01234567-89ab-cdef-0123-456789abcdef`;
  return { ...example, ACCOUNT_ID: accountId, REGION: region, STACK: stack, KEY_ARN };
}
