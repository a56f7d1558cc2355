import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { prices } from "../../contract/prices.ts";
import { idleCosts, rowsOf, runCosts } from "./costs.ts";

const text = readFileSync(path.resolve(import.meta.dirname, "../../docs/operations.md"), "utf8");

describe("the costs", () => {
  it("in docs/operations.md follow from the prices", () => {
    expect(text).toContain(rowsOf(idleCosts()));
    expect(text).toContain(rowsOf(runCosts(1_000, 0.2)));
  });

  it("of a run are the sum of its parts", () => {
    const costs = runCosts(1_000, 0.2);
    const total = costs.at(-1)?.usd ?? Number.NaN;
    expect(costs.slice(0, -1).reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(total, 12);
    const gbSeconds = 1_000 * 0.2 * (3_008 / 1_024);
    expect(costs[0]?.usd).toBeCloseTo(
      gbSeconds * prices.lambdaX86GbSecond + (125 * prices.lambdaMillionRequests) / 1e6,
      12,
    );
  });

  it("per image fall as the list gets longer", () => {
    const each = (images: number) => (runCosts(images, 0.2).at(-1)?.usd ?? Number.NaN) / images;
    expect(each(1_000)).toBeLessThan(each(8) / 2);
  });

  it("are written without exponents, with two significant digits", () => {
    expect(
      rowsOf([
        { what: "a", usd: 0.0000072 },
        { what: "b", usd: 31.72 },
        { what: "c", usd: 0.1 },
      ]),
    ).toBe("| a | 0.0000072 |\n| b | 32 |\n| c | 0.10 |");
  });
});
