import { describe, expect, it } from "vitest";
import type { RestApiResource } from "../graph.ts";
import { gateway, keyed, type Method, proxy, type Setup } from "./test-support/gateway.ts";

describe("who may call", () => {
  const call = async (setup: Setup, key?: string) =>
    gateway(setup).send("/x", { headers: key ? { "x-api-key": key } : {} });

  it.each([
    ["no key", undefined, 403],
    ["an unknown key", "guess", 403],
    ["a disabled key", "secret-two", 403],
    ["a key without a usage plan", "without-plan", 403],
    ["a key of the stage's usage plan", "secret-one", 200],
  ])("%s", async (_what, key, status) => {
    expect((await call({ api: keyed }, key)).status).toBe(status);
  });

  it("a plan's rate is a token bucket, and its quota ends with the period", async () => {
    let now = Date.UTC(2026, 10, 22, 12);
    const plan = {
      id: "p",
      name: "p",
      stage: "dev",
      keyIds: ["k1"],
      throttle: { rateLimit: 1, burstLimit: 2 },
      quota: { limit: 3, period: "DAY" as const },
    };
    const { send } = gateway({ api: { ...keyed, usagePlans: [plan] }, now: () => now });
    const status = async () => (await send("/x", { headers: { "x-api-key": "secret-one" } })).status;
    expect([await status(), await status(), await status()]).toEqual([200, 200, 429]);
    now += 1_000;
    expect([await status(), await status()]).toEqual([200, 429]);
    now += 10_000;
    const over = await send("/x", { headers: { "x-api-key": "secret-one" } });
    expect([over.status, await over.json()]).toEqual([429, { message: "Limit Exceeded" }]);
    now += 86_400_000;
    expect(await status()).toBe(200);
  });

  it("a stage's rate is each method's separately, so preflights cost the calls behind them nothing", async () => {
    const preflight: Method = {
      ...proxy,
      httpMethod: "OPTIONS",
      integration: { kind: "mock", requestTemplates: { "application/json": '{"statusCode": 204}' }, responses: [] },
    };
    const methods = [proxy, preflight, { ...proxy, path: "/other" }, { ...proxy, path: "/free", httpMethod: "GET" }];
    const stage = {
      name: "dev",
      variables: {},
      throttle: { rateLimit: 1, burstLimit: 1 },
      methodThrottles: { "/free/GET": { rateLimit: 1, burstLimit: 3 } },
    };
    const { send } = gateway({ api: { methods, stages: [stage] }, now: () => 0 });
    const throttled = async (path: string, method: string) => (await send(path, { method })).status === 429;
    expect([await throttled("/x", "OPTIONS"), await throttled("/x", "OPTIONS")]).toEqual([false, true]);
    expect([await throttled("/x", "POST"), await throttled("/x", "GET")]).toEqual([false, true]);
    expect([await throttled("/other", "POST"), await throttled("/other", "POST")]).toEqual([false, true]);
    const free = [1, 2, 3, 4].map(() => throttled("/free", "GET"));
    expect(await Promise.all(free)).toEqual([false, false, false, true]);
  });

  it.each([
    ["DAY", Date.UTC(2026, 10, 22, 12), Date.UTC(2026, 10, 22, 23, 59), Date.UTC(2026, 10, 23)],
    // The week that began on Sunday the 22nd ends on Saturday the 28th; the month continues.
    ["WEEK", Date.UTC(2026, 10, 22), Date.UTC(2026, 10, 28, 23, 59), Date.UTC(2026, 10, 29)],
    // A week that spans two months is a single period.
    ["WEEK", Date.UTC(2026, 10, 30), Date.UTC(2026, 11, 5), Date.UTC(2026, 11, 6)],
    ["MONTH", Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 30, 23, 59), Date.UTC(2026, 11, 1)],
  ] as const)("a quota per %s ends with its period, by UTC", async (period, first, last, next) => {
    let now: number = first;
    const plan = { id: "p", name: "p", stage: "dev", keyIds: ["k1"], quota: { limit: 2, period } };
    const { send } = gateway({ api: { ...keyed, usagePlans: [plan] }, now: () => now });
    const status = async () => (await send("/x", { headers: { "x-api-key": "secret-one" } })).status;
    expect(await status()).toBe(200);
    now = last;
    expect([await status(), await status()]).toEqual([200, 429]);
    now = next;
    expect(await status()).toBe(200);
  });

  it("a stage's rate holds for all callers, and one below zero limits nothing", async () => {
    const stage = (rateLimit: number) => ({
      stages: [{ name: "dev", variables: {}, throttle: { rateLimit, burstLimit: 1 } }],
    });
    const { send } = gateway({ api: stage(1), now: () => 0 });
    expect([(await send("/x")).status, (await send("/x")).status]).toEqual([200, 429]);
    const free = gateway({ api: stage(-1), now: () => 0 });
    expect([(await free.send("/x")).status, (await free.send("/x")).status]).toEqual([200, 200]);
  });

  it("with AWS_IAM: nobody unsigned, and of the signed those whom a policy allows", async () => {
    const api = { methods: [{ ...proxy, authorization: "AWS_IAM" as const }] };
    const caller = { accessKeyId: "A", arn: "arn:aws:iam::000000000000:user/u" };
    const { send, events } = gateway({ api });
    expect((await send("/x")).status).toBe(403);
    expect((await send("/x", {}, { caller })).status).toBe(200);
    expect(events[0]).toMatchObject({ requestContext: { identity: { userArn: caller.arn } } });
    expect((await gateway({ api, denied: true }).send("/x", {}, { caller })).status).toBe(403);
  });
});

describe("responses of the gateway", () => {
  const gatewayResponses: RestApiResource["gatewayResponses"] = [
    {
      responseType: "DEFAULT_4XX",
      parameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
      templates: { "application/json": '{"code":"Refused","message":$context.error.messageString}' },
    },
    {
      responseType: "INVALID_API_KEY",
      statusCode: "401",
      parameters: { "gatewayresponse.header.X-Origin": "method.request.header.origin" },
      templates: { "application/json": '{"type":"$context.error.responseType"}' },
    },
  ];

  it("are the program's, by type or by family, with their headers", async () => {
    const { send } = gateway({ api: { ...keyed, gatewayResponses } });
    const response = await send("/x", { headers: { origin: "https://a.example" } });
    expect([response.status, await response.json(), response.headers.get("x-origin")]).toEqual([
      401,
      { type: "INVALID_API_KEY" },
      "https://a.example",
    ]);
    const large = await send("/x", {}, { refusal: "REQUEST_TOO_LARGE" });
    expect([large.status, await large.json(), large.headers.get("access-control-allow-origin")]).toEqual([
      413,
      { code: "Refused", message: "Request Too Long" },
      "*",
    ]);
  });

  it("a path or method that no resource has is 403, as with AWS", async () => {
    const { send } = gateway({ api: { methods: [{ ...proxy, path: "/only", httpMethod: "GET" }] } });
    for (const response of [await send("/other"), await send("/only", { method: "POST" })]) {
      expect([response.status, await response.json()]).toEqual([403, { message: "Missing Authentication Token" }]);
    }
  });

  it("a mock integration returns preflight headers and calls no function", async () => {
    const options: Method = {
      ...proxy,
      httpMethod: "OPTIONS",
      integration: {
        kind: "mock",
        requestTemplates: { "application/json": '{"statusCode": 204}' },
        responses: [
          {
            statusCode: "204",
            parameters: { "method.response.header.Access-Control-Allow-Methods": "'GET,POST'" },
            templates: {},
          },
        ],
      },
    };
    const { send, events } = gateway({ api: { methods: [proxy, options] } });
    const response = await send("/orders", { method: "OPTIONS" });
    expect([response.status, response.headers.get("access-control-allow-methods"), events]).toEqual([
      204,
      "GET,POST",
      [],
    ]);
  });
});
