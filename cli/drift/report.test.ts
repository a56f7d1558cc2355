import stringWidth from "string-width";
import { expect, it } from "vitest";
import type { Remark } from "./drift.ts";
import { driftReport } from "./report.ts";

const remark: Remark = {
  urn: "urn:1",
  type: "aws:s3/bucketPolicy:BucketPolicy",
  id: "b",
  noun: "bucket policy",
  name: "dlw-dev-data-0123456",
  property: "policy",
  sentences: ['the statement "RequireTls" is missing', "the statement number 2 was added: Allow * on * for AWS *"],
};
const byHand: Remark = { ...remark, urn: "urn:2", noun: "role", name: "r", property: "policies", byHand: true };

it("says that nothing differs", () => {
  expect(driftReport("dev", { resources: 124, differences: [], explained: [] }, 80)).toBe(
    'All resources of the stack "dev" are in the cloud as the stack left them: 124 were compared.\n',
  );
});

it.each([undefined, 40, 80, 120])("names resource, difference and remedy in %s columns", (columns) => {
  const text = driftReport("dev", { resources: 2, differences: [remark, byHand], explained: [remark] }, columns);
  const flat = text.replaceAll(/[\s│]+/g, " ");
  for (const part of ["bucket policy", "2 of 2 resources", "RequireTls", "No difference:"])
    expect(flat).toContain(part);
  expect(flat).toContain("pulumi up --refresh --stack dev");
  expect(flat).toContain("An update does not undo what the program does not set (policies of r)");
  const table = text.split("\n").filter((line) => /[│┌└]/.test(line));
  for (const line of table) expect(stringWidth(line)).toBeLessThanOrEqual(columns ?? Number.POSITIVE_INFINITY);
});

it("makes names from the cloud safe for a terminal", () => {
  const text = driftReport(
    "dev",
    { resources: 1, differences: [{ ...remark, name: "\u001b[2J" }], explained: [] },
    100,
  );
  expect(text).not.toContain("\u001b");
});
