import { describe, expect, it } from "vitest";
import { isKeptByUrl, isPlain } from "./path.ts";

describe("a path", () => {
  it.each(["/", "/orders", "/dev/orders?x=/../y", "/executions/a.b..c", "/2015-03-31/functions/arn%3Aaws/invocations"])(
    "%s means one thing",
    (target) => {
      expect([isKeptByUrl(target), isPlain(target)]).toEqual([true, true]);
    },
  );

  it.each(["/a/../b", "/..", "/./x", "/%2e%2E/x", "/.%2e/x", "/a\\b", "\\x", "x", "", "http://other/"])(
    "%s would be changed by a URL",
    (target) => {
      expect(isKeptByUrl(target)).toBe(false);
    },
  );

  it.each([
    "/uploads/..%2forders/sync",
    "/uploads/%2e%2e%2Forders",
    "/a%5c..%5cb",
    "/a%5Cb",
    "/uploads/%252e%252e%252forders",
    "/uploads/%25252e%25252e/x",
    "/a%00b",
    "/%E0%A4%A/..%2fx",
    `/%${"25".repeat(9)}2e%${"25".repeat(9)}2e/x`,
  ])("%s would become another one when it is decoded", (target) => {
    expect([isKeptByUrl(target), isPlain(target)]).toEqual([true, false]);
  });
});
