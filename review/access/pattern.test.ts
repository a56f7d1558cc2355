import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exampleOf, includes } from "./pattern.ts";

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);

describe("inclusion of patterns", () => {
  it.each([
    ["*", "a*b?", true],
    ["a*", "ab*", true],
    ["ab*", "a*", false],
    ["a?", "a*", false],
    ["a*c", "a*b*c", true],
    ["a*b*c", "a*c", false],
    ["a", "a", true],
    ["a", "b", false],
    ["?*", "a", true],
    ["**", "", true],
  ])("%j includes %j: %j", (outer, inner, expected) => expect(includes(outer, inner)).toBe(expected));

  it("is never claimed for a pattern with a text that the other one does not match", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 7 });
    const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 7 });
    fc.assert(
      fc.property(pattern, pattern, text, (outer, inner, each) => {
        fc.pre(includes(outer, inner) && matches(inner, each));
        expect(matches(outer, each)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is found wherever a fresh text of the inner pattern is matched", () => {
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 7 });
    fc.assert(
      fc.property(pattern, pattern, (outer, inner) => {
        expect(includes(outer, inner)).toBe(matches(outer, exampleOf(inner, "xyz")));
      }),
      { numRuns: 2_000 },
    );
  });
});
