import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { captureDeclared } from "#local-aws";
import { idleCosts, runCosts } from "../../contract/cost/cost.ts";
import { type Cost, dollars, totalOf } from "../../contract/cost/money.ts";
import { stackCost } from "./stack-cost.ts";

const root = path.resolve(import.meta.dirname, "../..");
const text = readFileSync(path.join(root, "docs/costs.md"), "utf8");

const rowsOf = (costs: readonly Cost[]): string =>
  [...costs, { what: "total", usd: totalOf(costs) }].map(({ what, usd }) => `| ${what} | ${dollars(usd)} |`).join("\n");

describe("docs/costs.md", () => {
  it("has the costs that the model of cost gives for the stack dev", async () => {
    const inputs = await stackCost(root, "dev", {}, captureDeclared);
    expect(text).toContain(rowsOf(idleCosts(inputs)));
    expect(text).toContain(rowsOf(runCosts(1_000, inputs)));
  }, 60_000);
});
