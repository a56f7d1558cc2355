import { describe, expect, it } from "vitest";
import { processLimits } from "./process-limits.ts";

describe("what of other processes can be measured and limited", () => {
  it.each([
    ["linux", ["/proc/self/stat", "/bin/sh"], { measured: true, shell: "/bin/sh" }],
    ["linux", ["/bin/sh"], { measured: false, shell: "/bin/sh" }],
    ["linux", ["/proc/self/stat"], { measured: true }],
    ["darwin", ["/bin/sh"], { measured: false }],
    ["win32", [], { measured: false }],
  ])("%s with %j", (platform, files, expected) => {
    expect(processLimits(platform, (path) => files.includes(path))).toEqual(expected);
  });
});
