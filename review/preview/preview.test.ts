import { describe, expect, it } from "vitest";
import { previewFacts, previewSection } from "./preview.ts";

const step = (op: string, type: string, name: string, more: object = {}) => ({
  op,
  urn: `urn:pulumi:dev::p::a:b:C$${type}::${name}`,
  ...more,
});
const sectionOf = (preview: object, noise = "") => previewSection(previewFacts("dev", noise + JSON.stringify(preview)));

describe("what only the state knows", () => {
  it("is named with its reasons, without values and without the parts of a replacement", () => {
    const text = sectionOf(
      {
        steps: [
          step("same", "aws:s3/bucket:Bucket", "kept"),
          step("replace", "aws:s3/bucket:Bucket", "data", { replaceReasons: ["bucket"], diffReasons: ["bucket"] }),
          step("create-replacement", "aws:s3/bucket:Bucket", "data"),
          step("delete-replaced", "aws:s3/bucket:Bucket", "data"),
          step("update", "aws:lambda/function:Function", "api", {
            diffReasons: ["imageUri"],
            newState: { inputs: { secret: "s3cr3t" } },
          }),
        ],
      },
      "a plugin says hello\n",
    );
    expect(text).toContain("- `bucket` `data`: is replaced because of `bucket`");
    expect(text).toContain("- `function` `api`: is updated (`imageUri`)");
    expect(text).not.toContain("kept");
    expect(text).not.toContain("s3cr3t");
  });

  it("may be nothing", () => expect(sectionOf({ steps: [] })).toContain("Nothing more than the above."));

  it("is not known where the preview failed, and that is said", () => {
    const diagnostics = [{ severity: "error", message: "error: no credentials @somebody\nmore" }];
    expect(sectionOf({ diagnostics })).toContain("**The preview failed**: `error: no credentials @somebody`");
    expect(previewSection(previewFacts("dev", ""))).toContain("**The preview failed**");
    expect(() => previewFacts("dev", "no JSON")).toThrow('The file for stack "dev" is not what');
  });
});
