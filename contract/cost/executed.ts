import type { Cost } from "./money.ts";
import { prices } from "./prices.ts";

/** What an execution used. */
export interface ExecutedUse {
  /** State transitions of the execution and of its Standard child executions: states entered, and retries. */
  readonly transitions: number;
  /** Express executions: how many, and their duration in GB-seconds at the smallest memory, 64 MB. */
  readonly express?: { readonly executions: number; readonly gbSeconds: number };
  readonly functions: readonly FunctionUse[];
  readonly architecture: "x86_64" | "arm64";
}

/** The calls of one function. */
export interface FunctionUse {
  readonly name: string;
  readonly calls: number;
  readonly gbSeconds: number;
}

/** What an execution cost, from what it used. Free tiers, requests to the API, objects and logs are not included. */
export function executedCosts({ transitions, express, functions, architecture }: ExecutedUse): readonly Cost[] {
  const perGbSecond = architecture === "arm64" ? prices.lambdaArmGbSecond : prices.lambdaX86GbSecond;
  return [
    ...(transitions === 0 ? [] : [transitionCost(transitions)]),
    ...(express === undefined
      ? []
      : [
          {
            what: `Step Functions: ${express.executions.toLocaleString("en")} Express executions`,
            usd:
              (express.executions * prices.statesExpressMillionRequests) / 1e6 +
              express.gbSeconds * prices.statesExpressGbSecond,
          },
        ]),
    ...functions.map(({ name, calls, gbSeconds }) => ({
      what: `Lambda ${name}: ${calls.toLocaleString("en")} ${calls === 1 ? "call" : "calls"}, ${gbSeconds.toFixed(2)} GB-s`,
      usd: (calls * prices.lambdaMillionRequests) / 1e6 + gbSeconds * perGbSecond,
    })),
  ];
}

function transitionCost(transitions: number): Cost {
  return {
    what: `Step Functions: ${transitions.toLocaleString("en")} transitions`,
    usd: (transitions * prices.statesStandardThousandTransitions) / 1e3,
  };
}
