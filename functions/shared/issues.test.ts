import { describe, expect, it } from "vitest";
import { apiLimits, webhookLimits } from "../../contract/limits.ts";
import { ClassifyRequest, RetryRequest } from "../../contract/request.ts";
import { problemsOf } from "./issues.ts";

const image = "https://example.com/a.jpg";
const notify = "https://hooks.example.com/";

describe("the problems of a request", () => {
  it.each<[unknown, string, string]>([
    [[], "", "is empty"],
    [{ images: [] }, "images", "is empty"],
    [[""], "0", "is empty"],
    [[1], "0", "expected a text, received number"],
    [{ manifest: "s3://photos/list", extra: 1, more: 2 }, "", 'has unknown fields: "extra", "more"'],
    [{ images: [image], topK: "5" }, "topK", "expected a number, received string"],
    [{ images: [image], topK: 1.5 }, "topK", "expected a whole number, received number"],
    [{ images: [image], topK: 0 }, "topK", "must be at least 1"],
    [{ images: [image], topK: 1e6 }, "topK", `may be at most ${apiLimits.maxTopK}`],
    [
      { images: [image], notify: "http://hooks.example.com/" },
      "notify",
      'expected an address that begins with "https://"',
    ],
    [
      { images: [image], notify: notify.padEnd(webhookLimits.urlLength + 1, "a") },
      "notify",
      `has more than ${webhookLimits.urlLength} characters`,
    ],
  ])("%j are in words", (value, path, message) => {
    const { error } = ClassifyRequest.safeParse(value);
    const problems = problemsOf(error?.issues ?? [], value);
    expect(problems.map((problem) => [problem.path.join("."), problem.message])).toEqual([[path, message]]);
  });

  it("name a field that is unknown", () => {
    const { error } = RetryRequest.safeParse({ again: true });
    expect(problemsOf(error?.issues ?? [], { again: true })).toEqual([
      { path: [], message: 'has unknown fields: "again"' },
    ]);
  });
});
