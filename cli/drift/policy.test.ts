import { expect, it } from "vitest";
import { policyDifferences } from "./policy.ts";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const read = { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"], Resource: ["arn:x"] };

it("finds no difference in another order, white space or writing of lists", () => {
  const rewritten = JSON.stringify(
    {
      Statement: { Resource: "arn:x", Action: ["s3:ListBucket", "s3:GetObject"], Sid: "Read", Effect: "Allow" },
      Version: "2012-10-17",
    },
    null,
    2,
  );
  expect(policyDifferences(policy(read), rewritten)).toEqual([]);
  const everybody = policy({ ...read, Principal: "*" });
  expect(policyDifferences(everybody, policy({ ...read, Principal: { AWS: ["*"] } }))).toEqual([]);
});

it("names statements that are missing, new and changed", () => {
  const other = { Effect: "Deny", Principal: "*", NotAction: "s3:*", Resource: "*", Condition: { Bool: { a: "b" } } };
  expect(policyDifferences(policy(read), policy({ ...read, Sid: "Write", Action: "s3:PutObject" }))).toEqual([
    'the statement "Read" is missing',
    'the statement "Write" was added: Allow s3:PutObject on arn:x',
  ]);
  expect(policyDifferences(policy(read), policy(read, other))).toEqual([
    "the statement number 2 was added: Deny everything except s3:* on * for AWS * if Bool a b",
  ]);
  expect(policyDifferences(policy(read), policy({ ...read, Resource: "*" }))).toEqual([
    'the statement "Read" has the Resource * instead of arn:x',
  ]);
});

it("names a condition that was lost or added", () => {
  const limited = { ...read, Condition: { StringEquals: { "aws:SourceAccount": "1" } } };
  expect(policyDifferences(policy(limited), policy(read))).toEqual([
    'the statement "Read" has lost its Condition: StringEquals aws:SourceAccount 1',
  ]);
  expect(policyDifferences(policy(read), policy(limited))).toEqual([
    'the statement "Read" has a new Condition: StringEquals aws:SourceAccount 1',
  ]);
});

it("leaves texts that are not policies to the comparison of values", () => {
  expect(policyDifferences("{", policy(read))).toBeUndefined();
  expect(policyDifferences(policy(read), "text")).toBeUndefined();
  expect(policyDifferences('{"rules":[]}', '{"rules":[]}')).toBeUndefined();
});
