import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.ts";

function read(values: Readonly<Record<string, string>>) {
  const entries = Object.entries(values).map(([key, value]) => [`account:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  return readSettings(new pulumi.Config("account"));
}
const repository = "example/workflow";

describe("the settings", () => {
  it("need the repository alone", () => {
    expect(read({ repository })).toEqual({ repository, stacks: ["dev"], imageBuckets: [] });
  });

  it("are reported all at once, each with its remedy", () => {
    expect(() => read({ stacks: "dev", imageBuckets: '["A"]' })).toThrow(
      /"stacks" is "dev"\. Allowed: .*Remedy: pulumi config set stacks '\["dev"\]'\n- "imageBuckets" is .*\n- "repository" is missing/s,
    );
  });

  it.each([
    ["an empty list", "[]", /"stacks" is empty/],
    ["a stack twice", '["dev","dev"]', /names a stack twice/],
    ["a name that the prefix cuts off", '["a-very-long-name-of-a-stack"]', /longer than 16 characters/],
    ["a name with capitals, which resources lack", '["Prod"]', /lower-case words/],
    [
      "a name that begins with another one",
      '["dev","dev-2"]',
      /the roles of "dev" would reach the resources of "dev-2"/,
    ],
  ])("refuse %s", (_what, stacks, message) => {
    expect(() => read({ repository, stacks })).toThrow(message);
  });

  it.each(["workflow", "example/workflow:environment:prod", "example/*"])("refuse %s for a repository", (text) => {
    expect(() => read({ repository: text })).toThrow(/"repository" is /);
  });
});
