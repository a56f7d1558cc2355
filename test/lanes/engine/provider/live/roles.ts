import {
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { iam } from "../moto.ts";
import { needed } from "../values.ts";
import type { Live } from "./read.ts";

/** IAM returns documents in the encoding of URLs. */
const decoded = (document: string | undefined): string => decodeURIComponent(document ?? "");

async function policyOf(RoleName: string, PolicyName: string): Promise<string> {
  return decoded((await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument);
}

export const liveRoles: Readonly<Record<string, Live>> = {
  // Like the real provider, with every policy of the role, also those that other resources give it.
  "aws:iam/role:Role": async (id) => {
    const RoleName = id;
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    return {
      assumeRolePolicy: decoded(Role?.AssumeRolePolicyDocument),
      description: Role?.Description ?? "",
      maxSessionDuration: Role?.MaxSessionDuration ?? 3_600,
      permissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      inlinePolicies: await Promise.all(
        PolicyNames.map(async (name) => ({ name, policy: await policyOf(RoleName, name) })),
      ),
      managedPolicyArns: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
    };
  },
  "aws:iam/rolePolicy:RolePolicy": async (_id, state) => ({
    policy: await policyOf(needed(state, "role"), needed(state, "name")),
  }),
};
