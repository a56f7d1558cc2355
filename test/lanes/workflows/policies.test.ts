import { describe, expect, test } from "vitest";
import { lint } from "./lint.ts";
import { type Policy, read, textOf } from "./policies.ts";

/** Maximum number of characters of a managed policy, without white space (IAM quotas). */
const managedPolicyCharacters = 6_144;

/** cfn-lint knows all actions of IAM and the structure of a policy. Other tests check what the roles may do. */
describe("cfn-lint", () => {
  const roles = { preview: ["preview-role"], deploy: ["preview-role", "deploy-role", "release-role"] };

  test.for(Object.entries(roles))("accepts the %s role, its trust and its policies", async ([role, policies]) => {
    await lint(
      template(
        read(`${role}-trust`),
        policies.map((name) => read(name)),
      ),
    );
  });

  test("is not blind: it finds a planted action that does not exist", async () => {
    const planted = read("deploy-role");
    planted.Statement[0]?.Action.push("s3:PutObjekt");
    await expect(lint(template(read("deploy-trust"), [planted]))).rejects.toThrow(/putobjekt/i);
  });
});

test.for(["preview-role", "deploy-role", "release-role"])("%s fits a managed policy", async (name, { annotate }) => {
  const size = JSON.stringify(read(name)).length;
  await annotate(`${size} characters`);
  expect(size).toBeLessThanOrEqual(managedPolicyCharacters);
});

test("the preview role only reads", () => {
  const actions = read("preview-role").Statement.flatMap(({ Action }) => Action);
  const reads = /:(Get|List|Describe|Batch(Get|Check)|Validate|GET)/;
  expect(actions.filter((action) => !reads.test(action))).toEqual([]);
});

test.each(["preview-trust", "deploy-trust"])("%s names one whole subject", (name) => {
  expect(textOf(name)).not.toContain("*");
  expect(textOf(name)).toContain('"StringEquals"');
});

function template(trust: Policy, policies: readonly Policy[]): object {
  const managed = policies.map((PolicyDocument, index): [string, object] => [
    `Policy${index}`,
    { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } },
  ]);
  const role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: managed.map(([name]) => ({ Ref: name })) },
  };
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: { ...Object.fromEntries(managed), Role: role } };
}
