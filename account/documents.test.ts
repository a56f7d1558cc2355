import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, type Fills, type PolicyName, type TrustName } from "./documents.ts";

const fills: Fills = {
  ACCOUNT_ID: "123456789012",
  REGION: "eu-central-1",
  STATE_BUCKET: "states",
  KEY_ARN: "arn:aws:kms:eu-central-1:123456789012:key/1234",
  ORGANISATION: "example",
  REPOSITORY: "workflow",
  STACK: "prod",
  WORKFLOW: "deploy-stack.yml",
  IMAGE_BUCKET: [],
};
const folder = path.resolve(import.meta.dirname, "../docs/iam");
const names = readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? [path.parse(file).name] : []));

describe("the documents", () => {
  it.each(names)("%s has no placeholder left", (name) => {
    const text = JSON.stringify(documentOf(name as PolicyName | TrustName, fills));
    expect(text).not.toMatch(/ACCOUNT_ID|REGION|BUCKET|KEY_ARN|ORGANISATION|REPOSITORY|STACK|WORKFLOW/);
  });

  it("have the ARNs of the partition, of AWS's own policies too", () => {
    const text = JSON.stringify(documentOf("write-roles", { ...fills, partition: "aws-cn" }));
    expect(text).toContain("arn:aws-cn:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs");
    expect(text).not.toContain("arn:aws:");
  });
});

describe("buckets of other teams", () => {
  const reads = (buckets: readonly string[]) =>
    documentOf("boundary", { ...fills, IMAGE_BUCKET: buckets }).Statement.filter(({ Sid }) => Sid.endsWith("OfOthers"));

  it("are one resource each", () => {
    expect(reads(["photos", "scans"]).map(({ Resource }) => Resource)).toEqual([
      ["arn:aws:s3:::photos/*", "arn:aws:s3:::scans/*"],
      ["arn:aws:s3:::photos", "arn:aws:s3:::scans"],
    ]);
  });

  it("leave no statement if there are none: without resources it would be invalid", () => {
    expect(reads([])).toEqual([]);
  });
});
