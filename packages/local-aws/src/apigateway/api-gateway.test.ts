import { describe, expect, it } from "vitest";
import { AwsError } from "../service.ts";
import { gateway, type Method, proxy } from "./test-support/gateway.ts";

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
    await send("/dev/orders");
    expect(events[0]).toMatchObject({ path: "/orders", requestContext: { path: "/dev/orders" } });
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
  ])("is %d for Lambda's error %s", async (name, status) => {
    const invocation = async (): Promise<never> => {
      throw new AwsError(name, "no");
    };
    expect((await gateway({ invocation }).send("/x")).status).toBe(status);
  });
});
