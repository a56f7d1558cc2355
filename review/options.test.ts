import { describe, expect, it } from "vitest";
import { readOptions } from "./options.ts";

describe("the command line", () => {
  it("is read", () => {
    expect(
      readOptions(["--base", "main", "--exact", "--stack", "dev", "--preview", "dev=a.json", "--fail-on", "high"]),
    ).toEqual({
      base: "main",
      exact: true,
      json: false,
      failOn: "high",
      stacks: ["dev"],
      previews: { dev: "a.json" },
    });
    expect(readOptions(["--help"])).toBe("help");
  });

  it.each([
    [[], /--base is missing/],
    [["--base"], /--base/],
    [["--base", "main", "extra"], /"extra" is not an option\. See --help/],
    [["main"], /"main" is not an option\. Did you mean "--base main"\? See --help/],
    [["--base", "main", "--fail-on", "some"], /Allowed: low, high/],
    [["--base", "main", "--preview", "dev"], /--preview is "dev"/],
    [["--base", "main", "--none"], /--none/],
  ])("%j is refused with a way out", (parameters, message) => {
    expect(() => readOptions(parameters)).toThrow(message);
    expect(() => readOptions(parameters)).toThrow(/See --help/);
  });
});
