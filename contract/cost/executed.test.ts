import { expect, it } from "vitest";
import { executedCosts } from "./executed.ts";
import { totalOf } from "./money.ts";
import { prices } from "./prices.ts";

const use = {
  transitions: 1_000,
  functions: [{ name: "classify", calls: 1_000_000, gbSeconds: 10 }],
  architecture: "x86_64",
} as const;

it("prices transitions, calls and GB-seconds", () => {
  expect(executedCosts(use)).toEqual([
    { what: "Step Functions: 1,000 transitions", usd: prices.statesStandardThousandTransitions },
    {
      what: "Lambda classify: 1,000,000 calls, 10.00 GB-s",
      usd: prices.lambdaMillionRequests + 10 * prices.lambdaX86GbSecond,
    },
  ]);
});

it("prices Express executions by their number and duration, and arm64 at its own price", () => {
  const costs = executedCosts({ ...use, architecture: "arm64", express: { executions: 1_000_000, gbSeconds: 2 } });
  expect(costs[1]).toEqual({
    what: "Step Functions: 1,000,000 Express executions",
    usd: prices.statesExpressMillionRequests + 2 * prices.statesExpressGbSecond,
  });
  expect(totalOf(costs)).toBeLessThan(totalOf(executedCosts(use)) + prices.statesExpressMillionRequests + 1e-3);
  expect(costs[2]?.usd).toBeCloseTo(prices.lambdaMillionRequests + 10 * prices.lambdaArmGbSecond, 10);
});
