import { describe, expect, it } from "vitest";
import { WorkflowBucket, type WorkflowBucketArgs } from "./bucket.ts";
import { listOf, registrations, the } from "./test-support/registrations.ts";

const args: WorkflowBucketArgs = {
  corsOrigins: ["https://example.com"],
  uploadRetentionDays: 3,
  resultRetentionDays: 40,
};
const made = (more: Partial<WorkflowBucketArgs> = {}, preview = false) =>
  registrations(() => new WorkflowBucket("data", { ...args, ...more }), { preview });
const children = [
  "Bucket data",
  "BucketCorsConfiguration data-cors",
  "BucketLifecycleConfiguration data-lifecycle",
  "BucketOwnershipControls data-ownership",
  "BucketPolicy data-tls",
  "BucketPublicAccessBlock data-private",
  "BucketServerSideEncryptionConfiguration data-encryption",
  "WorkflowBucket data",
];

describe("the bucket", () => {
  it.each([false, true])("is one bucket and its settings (preview: %s)", async (preview) => {
    expect(listOf(await made({}, preview))).toEqual(children);
  });

  it("is private, owned and encrypted", async () => {
    const resources = await made();
    expect(the(resources, "BucketPublicAccessBlock").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(the(resources, "BucketOwnershipControls").inputs["rule"]).toEqual({
      objectOwnership: "BucketOwnerEnforced",
    });
    expect(the(resources, "BucketServerSideEncryptionConfiguration").inputs["rules"]).toEqual([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });

  it("refuses what travels in clear", async () => {
    const [statement] = JSON.parse(String(the(await made(), "BucketPolicy").inputs["policy"])).Statement;
    expect(statement).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(statement.Resource).toHaveLength(2);
  });

  it("lets the configured pages upload and read", async () => {
    expect(the(await made(), "BucketCorsConfiguration").inputs["corsRules"]).toMatchObject([
      { allowedOrigins: ["https://example.com"], allowedMethods: ["GET", "HEAD", "POST"] },
    ]);
  });

  it("forgets everything but samples and models, each in its own time", async () => {
    const rules = the(await made(), "BucketLifecycleConfiguration").inputs["rules"] as {
      filter: { prefix: string };
      expiration?: { days: number };
    }[];
    const days = rules.flatMap(({ filter, expiration }) => (expiration ? [[filter.prefix, expiration.days]] : []));
    expect(Object.fromEntries(days)).toEqual({
      "uploads/": 3,
      "requests/": 3,
      "plans/": 3,
      "map-runs/": 3,
      "results/": 40,
      "notifications/": 40,
    });
  });

  it("keeps its objects when destroyed, unless protection is taken away", async () => {
    expect(the(await made(), "Bucket").inputs["forceDestroy"]).toBe(false);
    expect(the(await made({ removalProtection: false }), "Bucket").inputs["forceDestroy"]).toBe(true);
  });
});
