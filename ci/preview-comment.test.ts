import { describe, expect, it } from "vitest";
import { comment, mark, Preview } from "./preview-comment.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::deep-learning-workflow::parent$${type}::${name}`;
const step = (op: string, type: string, name: string, more: object = {}) => ({ op, urn: urn(type, name), ...more });
const preview = (...steps: object[]) => Preview.parse({ steps });

describe("the comment of a preview", () => {
  it("begins with its mark, so that the next push finds and updates it", () => {
    expect(comment({ dev: preview() }).startsWith(`${mark}\n`)).toBe(true);
  });

  it("says that nothing changes where nothing changes", () => {
    const text = comment({ dev: preview(step("same", "aws:iam/role:Role", "classify")) });
    expect(text).toContain("### `dev`: no changes");
    expect(text).not.toContain("| same |");
  });

  it("lists each change with the names of its properties, never their values", () => {
    const text = comment({
      dev: preview(
        step("update", "aws:lambda/function:Function", "classify", {
          diffReasons: ["memorySize"],
          detailedDiff: { memorySize: { kind: "update" } },
          newState: { inputs: { environment: { SECRET: "hunter2" } } },
        }),
      ),
    });
    expect(text).toContain("| update | `aws:lambda/function:Function` | `classify` | `memorySize` |");
    expect(text).not.toContain("hunter2");
  });

  it("says image rebuilt where the image is built again, and only there", () => {
    const rebuilt = preview(step("create", "docker-build:index:Image", "3f2a"));
    const other = preview(step("update", "aws:sfn/stateMachine:StateMachine", "workflow"));
    const text = comment({ dev: rebuilt, prod: other });
    expect(text.split("### `prod`")[0]).toContain("image rebuilt");
    expect(text.split("### `prod`")[1]).not.toContain("image rebuilt");
  });

  it("does not call the removal of an old build a rebuild", () => {
    expect(comment({ dev: preview(step("delete", "docker-build:index:Image", "3f2a")) })).not.toContain(
      "image rebuilt",
    );
  });

  it("tells a replacement once and which property causes it", () => {
    const bucket = ["aws:s3/bucket:Bucket", "data"] as const;
    const text = comment({
      dev: preview(
        step("create-replacement", ...bucket),
        step("replace", ...bucket, { diffReasons: ["bucket"], replaceReasons: ["bucket"] }),
        step("delete-replaced", ...bucket),
      ),
    });
    expect(text).toContain("1 to replace");
    expect(text).toContain("`bucket` (replaces)");
    expect(text.match(/\| `data` \|/g)).toHaveLength(1);
  });

  it("shows the errors of a preview that failed", () => {
    const failed = Preview.parse({
      diagnostics: [{ severity: "error", message: "Configuration is wrong:\nmemorySize" }],
    });
    expect(comment({ prod: failed })).toContain("> **Error** Configuration is wrong:");
  });
});
