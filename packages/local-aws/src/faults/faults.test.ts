import { describe, expect, it } from "vitest";
import { type FaultFile, parseFaults } from "./fault-file.ts";
import { Faults, type FaultsOptions } from "./faults.ts";

const file = (faults: readonly object[], seed = 7): FaultFile =>
  parseFaults(JSON.stringify({ seed, faults }), "f.json");
const open = (faults: readonly object[], options: FaultsOptions & { seed?: number } = {}) =>
  new Faults(file(faults, options.seed), options);
const orders = { name: "stack-orders-1a2b", command: ["orders/handler.handler"] };
const map = { name: "stack-map-1a2b", command: ["map/handler.handler"] };
const struckOf = (faults: Faults, calls: number, called = orders) =>
  Array.from({ length: calls }, () => faults.lambda(called)?.fault.error);

describe("faults", () => {
  it("strike the same calls with the same seed, other calls with another seed, and about as many as they should", () => {
    const fault = [{ service: "lambda", error: "ServiceException", probability: 0.25 }];
    const first = struckOf(open(fault), 2_000);
    expect(struckOf(open(fault), 2_000)).toEqual(first);
    expect(struckOf(open(fault, { seed: 8 }), 2_000)).not.toEqual(first);
    const share = first.filter((each) => each !== undefined).length / 2_000;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.3);
  });

  it("strike the first calls of a function, and no call of another one", () => {
    const faults = open([{ service: "lambda", function: "orders", error: "TooManyRequestsException", firstCalls: 2 }]);
    expect(struckOf(faults, 2, map)).toEqual([undefined, undefined]);
    expect(struckOf(faults, 3)).toEqual(["TooManyRequestsException", "TooManyRequestsException", undefined]);
    expect(faults.struck).toEqual([2]);
  });

  it("strike all calls for a time that begins with the first one", () => {
    let now = 1_000;
    const fault = [{ service: "lambda", error: "CodeArtifactUserPendingException", forSeconds: 40 }];
    const faults = open(fault, { now: () => now });
    const strikes = (at: number): boolean => {
      now = at;
      return faults.lambda(orders) !== undefined;
    };
    expect([5_000, 44_999, 45_000, 90_000].map(strikes)).toEqual([true, true, false, false]);
  });

  it("strike at most as often as they may", () => {
    const faults = open([{ service: "lambda", error: "ServiceException", probability: 1, atMost: 3 }]);
    expect(struckOf(faults, 9).filter((each) => each !== undefined)).toHaveLength(3);
  });

  it("are tried in the order of the file until one strikes", () => {
    const faults = open([
      { service: "lambda", error: "ServiceException", firstCalls: 1 },
      { service: "lambda", error: "SdkClientException", firstCalls: 1 },
    ]);
    expect(struckOf(faults, 3)).toEqual(["ServiceException", "SdkClientException", undefined]);
  });

  it("name a function by its handler's folder or its name, with any text for an asterisk", () => {
    for (const [pattern, meant] of [
      ["orders", true],
      ["ord*", true],
      ["stack-orders-*", true],
      ["ord", false],
      ["orde..", false],
    ] as const) {
      const faults = open([{ service: "lambda", function: pattern, error: "ServiceException", firstCalls: 1 }]);
      expect(faults.lambda(orders) !== undefined, pattern).toBe(meant);
    }
  });

  it("are refused if the program has no such function, with the names of those that it has", () => {
    const faults = open([{ service: "lambda", function: "oders", error: "ServiceException", firstCalls: 1 }]);
    const graph = { functions: [orders, map] } as unknown as Parameters<Faults["check"]>[0];
    expect(() => faults.check(graph, "f.json")).toThrow(/"faults\[0\]\.function" is "oders".*"orders", "map"/);
  });

  it("of S3 are for an operation and the beginning of a key", () => {
    const faults = open([
      { service: "s3", operation: "PutObject", prefix: "results/", error: "SlowDown", probability: 1 },
    ]);
    expect(faults.s3("GetObject", "results/1.json")).toBeUndefined();
    expect(faults.s3("PutObject", "plans/1.json")).toBeUndefined();
    expect(faults.s3("PutObject", "results/1.json")?.error).toBe("SlowDown");
  });

  it("of the gateway are for a route, and of Step Functions for an operation", () => {
    const faults = open([
      { service: "apigateway", route: "GET /executions/*", error: "THROTTLED", probability: 1 },
      { service: "states", operation: "DescribeExecution", error: "ThrottlingException", probability: 1 },
    ]);
    expect(faults.gateway("POST", "/orders")).toBeUndefined();
    expect(faults.gateway("GET", "/executions/a/results")?.error).toBe("THROTTLED");
    expect(faults.states("StartExecution")).toBeUndefined();
    expect(faults.states("DescribeExecution")?.error).toBe("ThrottlingException");
  });

  it("say what they did", () => {
    const said: string[] = [];
    const faults = open([{ service: "lambda", error: "ServiceException", firstCalls: 1 }], {
      onFault: (sentence) => said.push(sentence),
    });
    struckOf(faults, 2);
    expect(said).toEqual(['faults[0] ServiceException: function "orders"']);
  });
});
