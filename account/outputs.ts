import type * as pulumi from "@pulumi/pulumi";
import type { StackAccess } from "./stack-access.ts";

type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** The variables of the GitHub environments of all stacks, by environment: `dev`, `dev-preview`, `dev-drift`. */
export function environmentsOf(
  access: readonly (readonly [string, Pick<StackAccess, "roles">])[],
  { backendUrl, region }: { readonly backendUrl: pulumi.Input<string>; readonly region: pulumi.Input<string> },
): Readonly<Record<string, Variables>> {
  const common = { AWS_REGION: region, PULUMI_BACKEND_URL: backendUrl };
  return Object.fromEntries(
    access.flatMap(([stack, { roles }]) => [
      [stack, { DEPLOY_ROLE_ARN: roles.deploy.arn, ...common }],
      [`${stack}-preview`, { PREVIEW_ROLE_ARN: roles.preview.arn, ...common }],
      [`${stack}-drift`, { READ_ROLE_ARN: roles.read.arn, ...common }],
    ]),
  );
}
