import { describe, expect, test } from "vitest";
import { type Fills, type Policy, type PolicyName, type TrustName, textOf } from "../../../account/documents.ts";
import { policiesOf, type RoleName } from "../../../account/stack-access.ts";
import { lint } from "./lint.ts";
import { example, read } from "./policies.ts";

/** Maximum number of characters of a managed policy, without white space (IAM quotas). */
const managedPolicyCharacters = 6_144;
const policies: readonly PolicyName[] = ["preview", "read", "write", "write-roles", "release", "live", "boundary"];
const trusts: readonly TrustName[] = ["preview-trust", "read-trust", "deploy-trust"];

/** cfn-lint knows all actions of IAM and the structure of a policy. Other tests check what the roles may do. */
describe("cfn-lint", () => {
  test.for<RoleName>(["preview", "read", "deploy"])("accepts the role %s, its trust and its policies", async (role) => {
    const documents = policiesOf(role, "live").map((name) => read(name));
    await lint(template(read(`${role}-trust`), [...documents, read("boundary")]));
  });

  test("is not blind: it finds a planted action that does not exist", async () => {
    const planted = read("write");
    planted.Statement[0]?.Action.push("s3:PutObjekt");
    await expect(lint(template(read("deploy-trust"), [planted]))).rejects.toThrow(/putobjekt/i);
  });
});

/** The longest values: a name of 16 characters, the region and the partition with the longest names. */
const longest: Fills = {
  ...example,
  STACK: "a-name-of-16-chr",
  REGION: "ap-southeast-2",
  partition: "aws-us-gov",
  STATE_BUCKET: "deep-learning-workflow-state-0123456",
};

test.for(policies)("%s fits a managed policy, with the longest names too", async (name, { annotate }) => {
  const size = JSON.stringify(read(name, longest)).length;
  await annotate(`${size} characters`);
  expect(size).toBeLessThanOrEqual(managedPolicyCharacters);
});

test.for<PolicyName>(["preview", "read"])("%s only reads", (name) => {
  const actions = read(name).Statement.flatMap(({ Action }) => Action);
  const reads = /:(Get|List|Describe|Batch(Get|Check)|Validate|Decrypt|GET)/;
  expect(actions.filter((action) => !reads.test(action))).toEqual([]);
});

describe("a trust policy", () => {
  test.each(trusts)("%s names one whole subject", (name) => {
    expect(textOf(name)).not.toContain("*");
    expect(conditionsOf(name)).toMatchObject({
      aud: "sts.amazonaws.com",
      sub: expect.stringMatching(/^repo:example\/deep-learning-workflow:environment:prod(-preview|-drift)?$/),
    });
  });

  test("names a different environment in each role: no role is reached from the environment of another", () => {
    expect(new Set(trusts.map((name) => conditionsOf(name)["sub"])).size).toBe(trusts.length);
  });

  test("of the roles for drift and deployments takes jobs of main alone", () => {
    expect(conditionsOf("read-trust")["ref"]).toBe("refs/heads/main");
    expect(conditionsOf("deploy-trust")["ref"]).toBe("refs/heads/main");
  });

  test("of the role for deployments takes the reviewed workflow alone", () => {
    expect(conditionsOf("deploy-trust")["job_workflow_ref"]).toBe(
      "example/deep-learning-workflow/.github/workflows/deploy-stack.yml@refs/heads/main",
    );
  });
});

/** The conditions of a trust policy, each with the claim's name. */
function conditionsOf(name: TrustName): Readonly<Record<string, string>> {
  const [statement, ...more] = read(name).Statement;
  expect(more).toEqual([]);
  const { StringEquals, ...others } = statement?.["Condition"] as Record<string, Record<string, string>>;
  expect(others).toEqual({});
  return Object.fromEntries(
    Object.entries(StringEquals ?? {}).map(([key, value]) => [
      key.replace(/^token\.actions\.githubusercontent\.com:/, ""),
      value,
    ]),
  );
}

function template(trust: Policy, documents: readonly Policy[]): object {
  const managed = documents.map((PolicyDocument, index): [string, object] => [
    `Policy${index}`,
    { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } },
  ]);
  const role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: trust, ManagedPolicyArns: managed.map(([name]) => ({ Ref: name })) },
  };
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: { ...Object.fromEntries(managed), Role: role } };
}
