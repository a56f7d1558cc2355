import { describe, expect, it } from "vitest";
import { missingLimits } from "./decoder-limits.ts";

describe("what a platform cannot enforce", () => {
  it("is nothing on Linux with /proc and a shell", () => {
    expect(missingLimits({ measured: true, shell: "/bin/sh" }, "linux")).toBeUndefined();
  });

  it.each([
    ["linux", { measured: false, shell: "/bin/sh" }, [/cannot be measured from outside/]],
    ["linux", { measured: true }, [/kernel does not limit/]],
    ["darwin", { measured: false }, [/\(darwin\)/, /cannot be measured/, /kernel does not limit/, /watches itself/]],
    [
      "win32",
      { measured: false },
      [/cannot be measured/, /kernel does not limit/, /memory of a function is not limited/],
    ],
  ])("is said in one sentence for %s with %j", (platform, limits, parts) => {
    for (const part of parts) expect(missingLimits(limits, platform)).toMatch(part);
  });
});
