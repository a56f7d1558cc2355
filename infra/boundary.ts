import type * as pulumi from "@pulumi/pulumi";

/**
 * Gives every role below a component the permissions boundary, if there is one: the role that deploys the stack may
 * create roles with it only.
 */
export function withBoundary(arn: string | undefined): pulumi.ComponentResourceOptions {
  if (arn === undefined) return {};
  return {
    transformations: [
      ({ type, props, opts }) =>
        type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary: arn }, opts } : undefined,
    ],
  };
}
