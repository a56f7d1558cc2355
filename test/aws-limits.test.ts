import { describe, expect, it } from "vitest";
import * as emulated from "#local-aws";
import { apiGatewayLimits, lambdaLimits, statesLimits } from "../contract/limits.ts";

const pairs: readonly (readonly [string, Readonly<Record<string, number>>, Readonly<Record<string, number>>])[] = [
  ["Lambda", emulated.lambdaLimits, lambdaLimits],
  ["Step Functions", emulated.statesLimits, statesLimits],
  ["API Gateway", emulated.apiGatewayLimits, apiGatewayLimits],
];

describe("AWS's limits", () => {
  it.each(pairs)("of %s: the one-machine AWS enforces what the product plans for", (_service, enforced, planned) => {
    const shared = Object.keys(enforced).filter((name) => name in planned);
    expect(shared.length).toBeGreaterThan(0);
    for (const name of shared) expect([name, enforced[name]]).toEqual([name, planned[name]]);
  });
});
