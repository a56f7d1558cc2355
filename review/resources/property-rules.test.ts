import { describe, expect, it } from "vitest";
import { plainText } from "../report/sentence.ts";
import { resource } from "../test-support/resource.ts";
import { Names } from "./names.ts";
import { propertyFinding } from "./property-rules.ts";

const type = "aws:lambda/function:Function";
const pair = { before: resource(type, "worker"), after: resource(type, "worker") };
const said = (path: string, before: unknown, after: unknown): string =>
  plainText(propertyFinding({ pair, difference: { path, before, after }, names: new Names([]) }).predicate);

describe("an environment variable", () => {
  it("is shown with its values", () => {
    expect(said("environment.variables.BATCH_SIZE", "1", "2")).toBe(': "BATCH_SIZE" "1" → "2"');
  });

  it.each(["PASSWORD", "DB_SECRET", "GITHUB_TOKEN", "PRIVATE_KEY", "SERVICE_API_KEY"])(
    "whose name %s is that of a secret is shown without its value",
    (name) => {
      const path = `environment.variables.${name}`;
      for (const text of [
        said(path, undefined, "hunter2"),
        said(path, "hunter2", "3"),
        said(path, "hunter2", undefined),
      ]) {
        expect(text).toContain("not shown");
        expect(text).not.toContain("hunter2");
      }
    },
  );
});

describe("a name in the report", () => {
  it("is that of the resource that has the id, not that of its settings", () => {
    const outputs = { id: "dlw-dev-data-1234567" };
    const names = new Names([
      resource("aws:s3/bucket:Bucket", "dlw-dev-data", { outputs }),
      resource("aws:s3/bucketPolicy:BucketPolicy", "dlw-dev-data-tls", { outputs }),
      resource("aws:iam/role:Role", "dlw-dev-role"),
    ]);
    expect(names.within("arn:aws:s3:::dlw-dev-data-1234567/*")).toBe("arn:aws:s3:::data/*");
  });
});
