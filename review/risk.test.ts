import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { highest, isAtLeast, riskTable, ruleNames } from "./risk.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../docs/review.md"), "utf8");

describe("the table of risks", () => {
  it("has every rule that the code names, and no other", () => {
    expect(Object.keys(riskTable).sort()).toEqual([...ruleNames].sort());
  });

  it("is shown in docs/review.md", () => {
    const rows = ["high", "low", "none"].flatMap((risk) =>
      Object.values(riskTable)
        .filter((rule) => rule.risk === risk)
        .map(({ when }) => `| ${risk} | ${when} |`),
    );
    expect(page).toContain(rows.join("\n"));
  });

  it("orders risks", () => {
    expect(highest(["low", "none", "high", "low"])).toBe("high");
    expect(highest([])).toBe("none");
    expect(isAtLeast("low", "high")).toBe(false);
    expect(isAtLeast("low", "low")).toBe(true);
  });
});
