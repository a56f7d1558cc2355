import { describe, expect, it } from "vitest";
import type { ChoiceRule } from "../asl/definition.ts";
import { holds } from "./comparison.ts";

const data = {
  s: "b",
  other: "c",
  n: 2,
  more: 3,
  yes: true,
  nothing: null,
  time: "2026-01-02T00:00:00Z",
  later: "2026-01-02T01:00:00+00:30",
  file: "log-2026.txt",
  star: "a*b",
  many: "a".repeat(200_000),
};
const scope = { data, context: { Execution: { Name: "run" } } };

describe("holds", () => {
  it.each<[ChoiceRule, boolean]>([
    [{ Variable: "$.s", StringEquals: "b" }, true],
    [{ Variable: "$.s", StringEquals: "B" }, false],
    [{ Variable: "$.s", StringLessThan: "c" }, true],
    [{ Variable: "$.s", StringGreaterThan: "c" }, false],
    [{ Variable: "$.s", StringLessThanEquals: "b" }, true],
    [{ Variable: "$.s", StringGreaterThanEquals: "b" }, true],
    [{ Variable: "$.s", StringEqualsPath: "$.s" }, true],
    [{ Variable: "$.s", StringLessThanPath: "$.other" }, true],
    [{ Variable: "$.n", StringEquals: "2" }, false],
    [{ Variable: "$.n", NumericEquals: 2 }, true],
    [{ Variable: "$.n", NumericLessThan: 2 }, false],
    [{ Variable: "$.n", NumericLessThanEquals: 2 }, true],
    [{ Variable: "$.n", NumericGreaterThan: 1.5 }, true],
    [{ Variable: "$.n", NumericGreaterThanEqualsPath: "$.more" }, false],
    [{ Variable: "$.s", NumericEquals: 2 }, false],
    [{ Variable: "$.yes", BooleanEquals: true }, true],
    [{ Variable: "$.yes", BooleanEqualsPath: "$.yes" }, true],
    [{ Variable: "$.s", BooleanEquals: true }, false],
    [{ Variable: "$.time", TimestampEquals: "2026-01-02T01:00:00+01:00" }, true],
    [{ Variable: "$.time", TimestampLessThanPath: "$.later" }, true],
    [{ Variable: "$.time", TimestampGreaterThan: "2026-01-01T00:00:00Z" }, true],
    [{ Variable: "$.s", TimestampLessThan: "2026-01-01T00:00:00Z" }, false],
    [{ Variable: "$.file", StringMatches: "log-*.txt" }, true],
    [{ Variable: "$.file", StringMatches: "log-?.txt" }, false],
    [{ Variable: "$.star", StringMatches: "a\\*b" }, true],
    [{ Variable: "$.file", StringMatches: "log\\*" }, false],
    [{ Variable: "$.file", StringMatches: "*" }, true],
    [{ Variable: "$.file", StringMatches: "log-2026.txt*" }, true],
    [{ Variable: "$.file", StringMatches: "*2026.txt.txt" }, false],
    [{ Variable: "$.file", StringMatches: "l*-*6*t" }, true],
    [{ Variable: "$.file", StringMatches: "l*6*-*t" }, false],
    [{ Variable: "$.many", StringMatches: `${"*a".repeat(60)}*b` }, false],
    [{ Variable: "$.nothing", IsNull: true }, true],
    [{ Variable: "$.nothing", StringEquals: "x" }, false],
    [{ Variable: "$.gone", IsPresent: false }, true],
    [{ Variable: "$.nothing", IsPresent: true }, true],
    [{ Variable: "$.s", IsString: true }, true],
    [{ Variable: "$.n", IsNumeric: true }, true],
    [{ Variable: "$.yes", IsBoolean: false }, false],
    [{ Variable: "$.time", IsTimestamp: true }, true],
    [{ Variable: "$.s", IsTimestamp: false }, true],
    [{ Variable: "$$.Execution.Name", StringEquals: "run" }, true],
    [
      {
        And: [
          { Variable: "$.n", NumericEquals: 2 },
          { Variable: "$.s", StringEquals: "x" },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: "$.n", NumericEquals: 1 },
          { Variable: "$.s", StringEquals: "b" },
        ],
      },
      true,
    ],
    [{ Not: { Variable: "$.n", NumericEquals: 1 } }, true],
    [
      {
        And: [
          { Variable: "$.gone", IsPresent: true },
          { Variable: "$.gone", NumericEquals: 1 },
        ],
      },
      false,
    ],
  ])("%j is %s", (rule, expected) => {
    expect(holds(rule, scope)).toBe(expected);
  });

  it("fails for a variable that is not there, unless the rule asks just that", () => {
    for (const rule of [
      { Variable: "$.gone", NumericEquals: 1 },
      { Variable: "$.gone", IsNull: true },
      { Variable: "$.s", StringEqualsPath: "$.gone" },
      { Variable: "$.gone", StringMatches: "*" },
    ]) {
      expect(() => holds(rule, scope)).toThrow("Invalid path '$.gone'");
    }
  });
});
