import { expect, it } from "vitest";
import { testsOf } from "./importers.ts";

it("finds the tests of a file, the one beside it first, then the nearest", () => {
  const importers = new Map([
    ["a.ts", ["far.ts", "near.test.ts", "a.test.ts"]],
    ["far.ts", ["far.test.ts", "a.ts", "test/lanes/image/far.test.ts"]],
  ]);
  expect(testsOf("a.ts", importers)).toEqual(["a.test.ts", "near.test.ts", "far.test.ts"]);
  expect(testsOf("b.ts", importers)).toEqual([]);
});
