import type { CapturedResource, PolicyDocument, RoleResource } from "../../graph.ts";
import { ofType } from "./reader.ts";

/**
 * Reads roles with their inline policies and the attached policies that the program declares. AWS managed policies are
 * not included.
 */
export function rolesOf(resources: readonly CapturedResource[]): readonly RoleResource[] {
  const inline = ofType(resources, "aws:iam/rolePolicy:RolePolicy");
  const managed = ofType(resources, "aws:iam/policy:Policy");
  const attachments = ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  return ofType(resources, "aws:iam/role:Role").map((role) => {
    const name = role.text("name");
    const policies: Record<string, PolicyDocument> = {};
    for (const policy of inline) {
      if (policy.text("role") === name) policies[policy.text("name")] = policy.policy("policy");
    }
    for (const attachment of attachments) {
      if (attachment.text("role") !== name) continue;
      const policy = managed.find((each) => each.text("arn") === attachment.text("policyArn"));
      if (policy) policies[policy.text("name")] = policy.policy("policy");
    }
    return { name, arn: role.text("arn"), assumeRolePolicy: role.policy("assumeRolePolicy"), policies };
  });
}
