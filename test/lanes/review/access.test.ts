import fc from "fast-check";
import { expect, test } from "vitest";
import { accessFindings } from "../../../review/access/compare.ts";
import { policiesOf } from "../../../review/access/policies.ts";
import { answerOf } from "../../../review/access/request.ts";
import type { CapturedResource, Program } from "../../../review/program/program.ts";
import { plainText } from "../../../review/report/sentence.ts";
import { sidesOf } from "../../../review/resources/sides.ts";
import { resource } from "../../../review/test-support/resource.ts";

const accountId = "000000000000";
const roles = ["reader", "writer"];
const buckets = ["one", "two"];
const actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectTagging"];
const patterns = [...actions, "s3:Get*", "s3:*Object", "s3:*"];
const keys = ["a/x", "a/y", "b/x", "c"];
const keyPatterns = ["*", "a/*", "a/x", "b/?", "?/x", "c"];
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const objects = fc
  .tuple(fc.constantFrom(...buckets), fc.constantFrom(...keyPatterns))
  .map(([bucket, key]) => `arn:aws:s3:::${bucket}/${key}`);

const condition = fc.option(
  fc.constantFrom(
    { StringEquals: { "aws:PrincipalTag/team": "blue" } },
    { StringLike: { "aws:PrincipalTag/team": "b*" } },
    { StringEquals: { "aws:PrincipalTag/team": "red" } },
  ),
  { nil: undefined, freq: 3 },
);
const effect = fc.constantFrom("Allow", "Allow", "Allow", "Deny");
const statement = fc
  .record({
    effect,
    action: fc.constantFrom(...patterns),
    resource: objects,
    condition,
    negated: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ effect: Effect, action, resource: Resource, condition: Condition, negated }) => ({
    Effect,
    ...(negated ? { NotAction: [action] } : { Action: [action] }),
    Resource: [Resource],
    ...(Condition && { Condition }),
  }));
const bucketStatement = fc
  .tuple(statement, fc.constantFrom("*", { AWS: roleArn("reader") }, { AWS: roleArn("writer") }))
  .map(([each, Principal]) => ({ ...each, Principal }));

/** A stack with two roles and two buckets, with random policies. */
const stack = fc
  .record({
    own: fc.tuple(...roles.map(() => fc.array(statement, { maxLength: 3 }))),
    bucket: fc.tuple(...buckets.map(() => fc.array(bucketStatement, { maxLength: 2 }))),
  })
  .map(({ own, bucket }) => [
    ...roles.flatMap((name, index): readonly CapturedResource[] => [
      resource("aws:iam/role:Role", name, {
        inputs: {
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          }),
        },
        outputs: { arn: roleArn(name), name, id: name },
      }),
      resource("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
        inputs: { role: name, policy: policy(own[index] ?? []) },
      }),
    ]),
    ...buckets.flatMap((name, index): readonly CapturedResource[] => [
      resource("aws:s3/bucket:Bucket", name, { outputs: { arn: `arn:aws:s3:::${name}`, id: name } }),
      resource("aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`, {
        inputs: {
          bucket: name,
          policy: policy(
            (bucket[index] ?? []).map((each) => ({
              ...each,
              Resource: each.Resource.map((text) => text.replace(/:::[^/]+/, `:::${name}`)),
            })),
          ),
        },
      }),
    ]),
  ]);

const policy = (statements: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement:
      statements.length > 0 ? statements : [{ Effect: "Allow", Action: ["s3:ListAllMyBuckets"], Resource: ["*"] }],
  });

const programOf = (resources: readonly CapturedResource[]): Program => ({
  stack: "dev",
  region: "us-east-1",
  accountId,
  resources,
  outputs: {},
  configuration: {},
  unknown: [],
  calls: [],
  images: [],
});

const request = fc.record({
  principal: fc.constantFrom(...roles.map(roleArn), "*"),
  action: fc.constantFrom(...actions),
  resource: fc
    .tuple(fc.constantFrom(...buckets), fc.constantFrom(...keys))
    .map(([bucket, key]) => `arn:aws:s3:::${bucket}/${key}`),
  context: fc.constantFrom({}, { "aws:PrincipalTag/team": "blue" }, { "aws:PrincipalTag/team": "red" }),
});

const changes = 250;
const requestsPerChange = 40;

test("of 10,000 random requests, none is decided otherwise without a sentence", async ({ annotate }) => {
  let [decidedOtherwise, sentences, witnesses] = [0, 0, 0];
  await fc.assert(
    fc.asyncProperty(
      stack,
      stack,
      fc.array(request, { minLength: requestsPerChange, maxLength: requestsPerChange }),
      async (before, after, requests) => {
        const findings = await accessFindings(sidesOf(programOf(before), programOf(after)));
        const [old, now] = [policiesOf(before), policiesOf(after)];
        sentences += findings.length;
        for (const { witnesses: proofs } of findings) {
          for (const { before: was, after: is, ...asked } of proofs) {
            witnesses += 1;
            expect(answerOf(old, accountId, asked)).toBe(was);
            expect(answerOf(now, accountId, asked)).toBe(is);
          }
        }
        for (const each of requests) {
          if (answerOf(old, accountId, each) === answerOf(now, accountId, each)) continue;
          decidedOtherwise += 1;
          const said = findings.map(({ sentence }) => plainText(sentence)).join("\n");
          const [, bucket = ""] = /:::([^/]+)/.exec(each.resource) ?? [];
          const name = each.principal === "*" ? "everybody" : (each.principal.split("/").at(-1) ?? "");
          expect(said, JSON.stringify(each)).toMatch(new RegExp(`"${name}"|everybody|"${bucket}"[^\\n]* with other`));
        }
      },
    ),
    { numRuns: changes, seed: 1, endOnFailure: true },
  );
  await annotate(
    `${changes * requestsPerChange} requests, ${decidedOtherwise} decided otherwise, ${sentences} sentences, ${witnesses} witnesses`,
  );
  expect(decidedOtherwise).toBeGreaterThan(100);
});
