import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { captureDeclared } from "#local-aws";
import { classifyByProcessor, idleCosts, runCosts } from "../../contract/cost/cost.ts";
import { measured } from "../../contract/cost/measured.ts";
import { type Cost, dollars, totalOf } from "../../contract/cost/money.ts";
import { precisions } from "../../contract/cost/precision.ts";
import { processorClasses } from "../../functions/inference/processor.ts";
import { stackCost } from "./stack-cost.ts";

const root = path.resolve(import.meta.dirname, "../..");
const text = readFileSync(path.join(root, "docs/costs.md"), "utf8");

const rowsOf = (costs: readonly Cost[]): string =>
  [...costs, { what: "total", usd: totalOf(costs) }].map(({ what, usd }) => `| ${what} | ${dollars(usd)} |`).join("\n");

/** A row for each measured class, with a column for each form, and a row for each other class. */
function processorRows(costs: ReturnType<typeof classifyByProcessor>): string {
  const own = Object.keys(measured.perImage).map((processor) => {
    const columns = precisions.map((precision) =>
      dollars(costs.find((row) => row.processor === processor && row.precision === precision)?.usd ?? Number.NaN),
    );
    return `| ${[processor, ...columns].join(" | ")} |`;
  });
  return [...own, ...measured.notMeasured.map((processor) => `| ${processor} | not measured | | |`)].join("\n");
}

it("each class of processors that the log names was measured or is said not to be", () => {
  const named = [...Object.keys(measured.perImage), ...measured.notMeasured];
  expect([...named].sort()).toEqual(processorClasses.filter((name) => name !== "other").sort());
});

describe("docs/costs.md", () => {
  it("has the costs that the model of cost gives for the stack dev", async () => {
    const inputs = await stackCost(root, "dev", {}, captureDeclared);
    expect(text).toContain(rowsOf(idleCosts(inputs)));
    expect(text).toContain(rowsOf(runCosts(1_000, inputs)));
    expect(text).toContain(processorRows(classifyByProcessor(1_000, inputs)));
  });
});
