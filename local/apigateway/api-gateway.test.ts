import { describe, expect, it } from "vitest";
import type { RestApiResource } from "../graph.ts";
import { AwsError, type Invocation } from "../service.ts";
import { type ApiGatewayOptions, type ApiRequest, createApiGateway } from "./api-gateway.ts";

type Method = RestApiResource["methods"][number];

const proxy: Method = {
  path: "/{proxy+}",
  httpMethod: "ANY",
  apiKeyRequired: false,
  authorization: "NONE",
  integration: {
    kind: "lambda",
    functionArn: "arn:aws:lambda:us-east-1:000000000000:function:api:live",
    timeoutMs: 1_000,
  },
};

const apiOf = (more: Partial<RestApiResource> = {}): RestApiResource => ({
  id: "abc123",
  name: "api",
  executionArn: "arn:aws:execute-api:us-east-1:000000000000:abc123",
  stages: [{ name: "dev", variables: {} }],
  methods: [proxy],
  gatewayResponses: [],
  apiKeys: [],
  usagePlans: [],
  ...more,
});

const keyed: Partial<RestApiResource> = {
  methods: [{ ...proxy, apiKeyRequired: true }],
  apiKeys: [
    { id: "k1", name: "one", value: "secret-one", enabled: true },
    { id: "k2", name: "two", value: "secret-two", enabled: false },
    { id: "k3", name: "three", value: "without-plan", enabled: true },
  ],
  usagePlans: [{ id: "p1", name: "plan", stage: "dev", keyIds: ["k1", "k2"] }],
};

interface Setup {
  readonly api?: Partial<RestApiResource>;
  readonly answer?: unknown;
  readonly invocation?: () => Promise<Partial<Invocation>>;
  readonly denied?: boolean;
  readonly now?: () => number;
}

/** A gateway whose function answers what the test says, and the events that the function got. */
function gateway({ api = {}, answer = { statusCode: 200, body: "ok" }, invocation, denied = false, now }: Setup = {}) {
  const events: Record<string, unknown>[] = [];
  const callers: unknown[] = [];
  const options: ApiGatewayOptions = {
    restApis: [apiOf(api)],
    accountId: "000000000000",
    authorizer: {
      authorize(_caller, action, resource) {
        if (denied) throw new AwsError("AccessDeniedException", `no ${action} on ${resource}`, 403);
      },
    },
    invoker: {
      async invoke({ payload, caller }) {
        events.push(JSON.parse(payload) as Record<string, unknown>);
        callers.push(caller.service);
        const given = await invocation?.();
        return { requestId: "r", executedVersion: "1", payload: JSON.stringify(answer), ...given };
      },
    },
    ...(now === undefined ? {} : { now }),
  };
  const { handle } = createApiGateway(options);
  const send = (path: string, init: RequestInit = {}, more: Partial<ApiRequest> = {}): Promise<Response> => {
    const body = new TextEncoder().encode(typeof init.body === "string" ? init.body : "");
    return handle({ request: new Request(`http://localhost:8080${path}`, init), body, sourceIp: "127.0.0.1", ...more });
  };
  return { send, events, callers };
}

describe("the proxy event", () => {
  it("has everything that a function reads, in the shape of format 1.0", async () => {
    const { send, events, callers } = gateway({ api: { stages: [{ name: "dev", variables: { color: "red" } }] } });
    const headers = [
      ["Content-Type", "application/json"],
      ["X-Many", "a"],
      ["X-Many", "b"],
      ["x-forwarded-for", "6.6.6.6"],
    ] as const;
    await send("/executions/a%20b?q=1&q=2&r=%C3%BC", { method: "POST", body: '{"ü":1}' }, { headers });
    expect(events[0]).toMatchObject({
      resource: "/{proxy+}",
      path: "/executions/a b",
      httpMethod: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-Many": "b",
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: { "X-Many": ["a", "b"] },
      queryStringParameters: { q: "2", r: "ü" },
      multiValueQueryStringParameters: { q: ["1", "2"] },
      pathParameters: { proxy: "executions/a b" },
      stageVariables: { color: "red" },
      requestContext: {
        apiId: "abc123",
        stage: "dev",
        domainName: "localhost:8080",
        path: "/executions/a b",
        resourcePath: "/{proxy+}",
        identity: { sourceIp: "127.0.0.1" },
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
    expect(events[0]?.["headers"]).not.toHaveProperty("x-forwarded-for");
    expect(callers[0]).toEqual({
      principal: "apigateway.amazonaws.com",
      sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc123/dev/POST/{proxy+}",
    });
  });

  it("has null where there is nothing", async () => {
    const { send, events } = gateway();
    await send("/x");
    expect(events[0]).toMatchObject({ body: null, queryStringParameters: null, stageVariables: null });
  });

  it("is the same below the stage's name, whose path stays in the context", async () => {
    const { send, events } = gateway();
    await send("/dev/classify");
    expect(events[0]).toMatchObject({ path: "/classify", requestContext: { path: "/dev/classify" } });
  });

  it("carries a body as Base64 only where its type is declared binary", async () => {
    const { send, events } = gateway({ api: { binaryMediaTypes: ["image/*"] } });
    for (const type of ["image/png", "text/plain"])
      await send("/x", { method: "POST", body: "hi", headers: { "content-type": type } });
    expect(events.map(({ body, isBase64Encoded }) => [body, isBase64Encoded])).toEqual([
      ["aGk=", true],
      ["hi", false],
    ]);
  });
});

describe("the answer", () => {
  it("is the function's, headers of several values included", async () => {
    const answer = {
      statusCode: 201,
      headers: { "x-a": 1 },
      multiValueHeaders: { "set-cookie": ["a=1", "b=2"] },
      body: "text",
    };
    const response = await gateway({ answer }).send("/x");
    expect([
      response.status,
      response.headers.get("x-a"),
      response.headers.getSetCookie(),
      await response.text(),
    ]).toEqual([201, "1", ["a=1", "b=2"], "text"]);
  });

  it("becomes bytes where the caller accepts a declared binary type, and stays Base64 elsewhere", async () => {
    const { send } = gateway({
      api: { binaryMediaTypes: ["image/png"] },
      answer: { statusCode: 200, body: "aGk=", isBase64Encoded: true },
    });
    const text = async (accept: string) => (await send("/x", { headers: { accept } })).text();
    expect([await text("image/png"), await text("*/*")]).toEqual(["hi", "aGk="]);
  });

  it.each([
    ["no object", "text"],
    ["without a status", { body: "x" }],
    ["with an impossible status", { statusCode: 1 }],
    ["with a body that is no text", { statusCode: 200, body: { a: 1 } }],
    ["with a header that breaks HTTP", { statusCode: 200, headers: { "x-a": "a\r\nb: c" } }],
  ])("that is malformed (%s) is 502", async (_what, answer) => {
    const response = await gateway({ answer }).send("/x");
    expect([response.status, await response.json()]).toEqual([502, { message: "Internal server error" }]);
  });

  it("of a function that threw is 502 and says nothing of the error", async () => {
    const payload = JSON.stringify({ errorMessage: "secret" });
    const response = await gateway({ invocation: async () => ({ payload, functionError: "Unhandled" }) }).send("/x");
    expect([response.status, await response.text()]).toEqual([502, expect.not.stringContaining("secret")]);
  });

  it("that takes longer than the integration's timeout is 504", async () => {
    const slow: Method = { ...proxy, integration: { kind: "lambda", functionArn: "f", timeoutMs: 20 } };
    const never = (): Promise<never> => new Promise(() => undefined);
    const response = await gateway({ api: { methods: [slow] }, invocation: never }).send("/x");
    expect([response.status, await response.json()]).toEqual([504, { message: "Endpoint request timed out" }]);
  });

  it.each([
    ["RequestTooLargeException", 413],
    ["TooManyRequestsException", 500],
    ["AccessDeniedException", 500],
  ])("where Lambda itself answers %s is %d", async (name, status) => {
    const invocation = async (): Promise<never> => {
      throw new AwsError(name, "no");
    };
    expect((await gateway({ invocation }).send("/x")).status).toBe(status);
  });
});

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

  it("a stage's own rate holds for all, and one below zero for nobody", async () => {
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

describe("answers of the gateway itself", () => {
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

  it("a mock integration answers preflights with its headers and calls no function", async () => {
    const options: Method = {
      ...{ ...proxy, httpMethod: "OPTIONS" },
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
    const response = await send("/classify", { method: "OPTIONS" });
    expect([response.status, response.headers.get("access-control-allow-methods"), events]).toEqual([
      204,
      "GET,POST",
      [],
    ]);
  });
});
