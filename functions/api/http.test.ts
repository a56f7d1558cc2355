import { describe, expect, it } from "vitest";
import { type ApiErrorCode, apiErrorStatus } from "../../contract/errors.ts";
import { ManifestTicket, UploadTicket } from "../../contract/http.ts";
import { apiLimits } from "../../contract/limits.ts";
import { StorageUnavailable } from "../shared/storage-error.ts";
import { ApiFailure, asFailure } from "./api-failure.ts";
import { bodyLimits } from "./body.ts";
import { operations } from "./openapi.ts";
import { logged, testApi } from "./test-support/api.ts";

describe("every answer", () => {
  it.each([
    ["a success", "POST", "/classify", ["x"], 202],
    ["an error", "POST", "/classify", [], 400],
    ["an unknown path", "GET", "/nothing", undefined, 404],
    ["a preflight", "OPTIONS", "/classify", undefined, 204],
  ])("carries CORS: %s", async (_what, method, path, body, status) => {
    const answer = await testApi().call(method, path, body);
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([status, "*"]);
  });

  it("allows the caller's origin if it is configured, and no other", async () => {
    const api = testApi({ CORS_ORIGINS: ["https://a.example", "https://b.example"] });
    const allowed = await api.call("GET", "/openapi.json", undefined, { origin: "https://b.example" });
    expect(allowed.headers["access-control-allow-origin"]).toBe("https://b.example");
    const foreign = await api.call("GET", "/openapi.json", undefined, { origin: "https://c.example" });
    expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
    const preflight = await api.call("OPTIONS", "/classify", undefined, {
      origin: "https://b.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-api-key",
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, "https://b.example"]);
    expect(preflight.headers["access-control-allow-headers"]).toMatch(/x-api-key/);
  });

  it("lists the methods of a path for a request with another method", async () => {
    const { status, json, headers } = await testApi().call("PUT", "/executions/x");
    expect([status, json]).toMatchObject([405, { code: "MethodNotAllowed" }]);
    expect(headers["allow"]).toBe("GET, DELETE");
  });

  it("is logged with its request, whatever its status", async () => {
    logged();
    await testApi().call("POST", "/classify", ["x"]);
    await testApi().call("GET", "/nothing");
    expect(logged()).toMatchObject([
      ["INFO", "request", { method: "POST", path: "/classify", status: 202 }],
      ["INFO", "request", { method: "GET", path: "/nothing", status: 404 }],
    ]);
  });

  it("refuses a body above its limit before reading it as JSON", async () => {
    const { status, json } = await testApi().call("POST", "/uploads", "x".repeat(bodyLimits.small + 1));
    expect([status, json]).toMatchObject([413, { code: "PayloadTooLarge" }]);
  });
});

describe("what fails behind the API", () => {
  const named = (name: string, rest: object = {}) => Object.assign(new Error("secret detail"), { name, ...rest });

  it.each<[Error, ApiErrorCode]>([
    [named("ThrottlingException"), "TooManyRequests"],
    [named("ExecutionLimitExceeded"), "TooManyRequests"],
    [named("TimeoutError"), "ServiceUnavailable"],
    [new StorageUnavailable({ bucket: "b", key: "secret" }, named("SlowDown")), "ServiceUnavailable"],
    [named("Error", { code: "ECONNREFUSED" }), "ServiceUnavailable"],
    [named("InternalServerError", { $metadata: { httpStatusCode: 500 } }), "ServiceUnavailable"],
    [named("AccessDeniedException", { $metadata: { httpStatusCode: 400 } }), "InternalError"],
    [new TypeError("secret detail"), "InternalError"],
  ])("%s becomes %s, and its message appears only in the log", (error, code) => {
    const failure = asFailure(error);
    expect(failure).toMatchObject({ code, status: apiErrorStatus[code] });
    expect(JSON.stringify(failure.body)).not.toContain("secret");
  });

  it("does not change an ApiFailure", () => {
    const refusal = new ApiFailure("NotFound", "There is none.");
    expect(asFailure(refusal)).toBe(refusal);
  });
});

describe("POST /uploads", () => {
  it.each([
    ["application/x-ndjson", "jsonl"],
    ["text/csv", "csv"],
  ])("takes a manifest of type %s up to 64 MB", async (contentType, extension) => {
    const bytes = apiLimits.uploadedManifestBytes;
    const { status, json } = await testApi().call("POST", "/uploads", { contentType, bytes });
    expect(status).toBe(201);
    const { manifest } = ManifestTicket.parse(json);
    expect(manifest).toMatch(new RegExp(`^s3://own-bucket/uploads/[0-9a-f-]{36}\\.${extension}$`));
    expect(await testApi().call("POST", "/uploads", { contentType, bytes: bytes + 1 })).toMatchObject({
      status: 413,
      json: { code: "PayloadTooLarge" },
    });
  });

  it("takes the name of the file, without control characters", async () => {
    const asked = { contentType: "image/png", bytes: 9 };
    const named = async (name: string) =>
      UploadTicket.parse((await testApi().call("POST", "/uploads", { ...asked, name })).json).fields["name"];
    expect(await named("my\u0000 dog\n.png")).toBe("my dog.png");
    expect(await named("\u0007 ")).toBeUndefined();
    expect(await named("x".repeat(255))).toHaveLength(255);
    // Each of these characters has two units of UTF-16.
    expect(await named("🐕".repeat(255))).toBe("🐕".repeat(255));
    const dogs = await testApi().call("POST", "/uploads", { ...asked, name: "🐕".repeat(256) });
    expect(dogs.json).toMatchObject({
      details: [{ path: "name", message: expect.stringContaining("255 characters") }],
    });
    const long = await testApi().call("POST", "/uploads", { ...asked, name: "x".repeat(256) });
    expect([long.status, long.json]).toMatchObject([400, { code: "InvalidRequest", details: [{ path: "name" }] }]);
  });

  it("returns a form bound to type and size, for a new key under uploads/", async () => {
    const { status, json } = await testApi().call("POST", "/uploads", { contentType: "image/jpeg", bytes: 999 });
    const { fields, image } = json as { fields: Record<string, string>; image: string };
    expect([status, fields]).toMatchObject([201, { contentType: "image/jpeg", bytes: "999" }]);
    expect(image).toBe(`s3://own-bucket/${fields["key"]}`);
    expect(image).toMatch(/^s3:\/\/own-bucket\/uploads\/[0-9a-f-]{36}\.jpg$/);
  });

  it.each([
    ["a type that is no image", { contentType: "image/svg+xml", bytes: 10 }, 400, "InvalidRequest"],
    ["no bytes", { contentType: "image/png", bytes: 0 }, 400, "InvalidRequest"],
    ["a photo above the stack's limit", { contentType: "image/png", bytes: 1_000_001 }, 413, "PayloadTooLarge"],
  ])("refuses %s", async (_what, body, status, code) => {
    const answer = await testApi().call("POST", "/uploads", body);
    expect([answer.status, answer.json]).toMatchObject([status, { code }]);
  });
});

describe("GET /openapi.json", () => {
  it("describes exactly the served routes", async () => {
    const { app, call } = testApi();
    const served = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(Object.keys(operations).sort()).toEqual([...new Set(served)].sort());
    const { json } = await call("GET", "/openapi.json");
    const { paths } = json as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(Object.keys(operations).sort());
  });

  it("refers only to schemas that it contains, and has the address of the API", async () => {
    const { json } = await testApi().call("GET", "/openapi.json");
    const { servers, components } = json as { servers: unknown; components: { schemas: Record<string, unknown> } };
    expect(servers).toEqual([{ url: "https://abc.execute-api.eu-central-1.amazonaws.com/dev" }]);
    const names = [...JSON.stringify(json).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(Object.keys(components.schemas)));
  });

  it.each<["apiKey" | "iam" | "none", readonly object[]]>([
    ["apiKey", [{ apiKey: [] }]],
    ["iam", [{ sigv4: [] }]],
    ["none", []],
  ])("describes the authentication of the gateway: %s", async (authentication, security) => {
    const { json } = await testApi({ AUTHENTICATION: authentication }).call("GET", "/openapi.json");
    const document = json as { security: readonly object[]; components: { securitySchemes?: object } };
    expect(document.security).toEqual(security);
    expect(Object.keys(document.components.securitySchemes ?? {})).toEqual(
      security.flatMap((each) => Object.keys(each)),
    );
  });

  it("describes the forms of a request, with their limits", async () => {
    const { json } = await testApi().call("GET", "/openapi.json");
    const { schemas } = (json as { components: { schemas: Record<string, unknown> } }).components;
    expect(schemas["ClassifyRequest"]).toMatchObject({
      anyOf: [
        { type: "array", minItems: 1, items: { type: "string" } },
        { type: "object", required: ["images"], additionalProperties: false },
        { type: "object", required: ["manifest"], additionalProperties: false },
      ],
    });
  });
});
