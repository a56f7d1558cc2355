import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { functionDefinitions } from "../contract/functions.ts";
import { stackPrefix } from "./stack-names.ts";

describe("the prefix of a stack's names", () => {
  it("distinguishes stacks", () => {
    expect(stackPrefix("dev")).toBe("dlw-dev");
    expect(stackPrefix("prod")).toBe("dlw-prod");
  });

  it("makes names that S3 and IAM take, whatever the stack is called", () => {
    const longest = Math.max(...Object.keys(functionDefinitions).map((name) => name.length));
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/), (stack) => {
        const prefix = stackPrefix(stack);
        expect(`${prefix}-data-1234567`).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
        expect(prefix.length + longest + "--policy-1234567".length).toBeLessThanOrEqual(64);
      }),
    );
  });
});
