import { describe, expect, it } from "vitest";
import { type ProxyEvent, publicAddress, routeOf } from "./public-address.ts";

/** An event for GET /executions/a as the stage "dev" of a fresh API sends it. */
function event(requestContext: ProxyEvent["requestContext"], rest: Partial<ProxyEvent> = {}): ProxyEvent {
  return { path: "/executions/a", pathParameters: { proxy: "executions/a" }, requestContext, ...rest };
}
const domainName = "abc.execute-api.eu-central-1.amazonaws.com";

describe("publicAddress", () => {
  it.each<[string, ProxyEvent, string]>([
    ["a stage", event({ domainName, stage: "dev", path: "/dev/executions/a" }), `https://${domainName}/dev`],
    [
      "a custom domain",
      event({ domainName: "photos.example.com", stage: "dev", path: "/executions/a" }),
      "https://photos.example.com",
    ],
    [
      "a custom domain with a base path",
      event(
        { domainName: "api.example.com", stage: "dev", path: "/v1/photos/executions/a" },
        { path: "/v1/photos/executions/a" },
      ),
      "https://api.example.com/v1/photos",
    ],
    [
      "this machine",
      event({ domainName: "localhost:8080", stage: "dev", path: "/executions/a" }),
      "http://localhost:8080",
    ],
    ["its address", event({ domainName: "127.0.0.1:80", stage: "dev", path: "/executions/a" }), "http://127.0.0.1:80"],
    ["a stage whose path is not given", event({ domainName, stage: "prod" }), `https://${domainName}/prod`],
  ])("is the address that the caller used: %s", (_what, asked, address) => {
    expect(publicAddress(asked)).toBe(address);
  });

  it("ignores headers, because the caller controls Host and X-Forwarded headers", () => {
    const headers = { Host: "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http" };
    const asked = { ...event({ domainName, stage: "dev", path: "/dev/executions/a" }), headers };
    expect(publicAddress(asked)).toBe(`https://${domainName}/dev`);
  });

  it("does not treat a name that only looks like localhost as this machine", () => {
    const asked = event({ domainName: "localhost.example.com", stage: "dev", path: "/executions/a" });
    expect(publicAddress(asked)).toBe("https://localhost.example.com");
  });
});

describe("routeOf", () => {
  it("is the proxy's path without the base path of a custom domain", () => {
    expect(routeOf(event({}, { path: "/v1/executions/a" }))).toBe("/executions/a");
  });

  it("is the event's path if the resource has no parameter", () => {
    expect(routeOf({ path: "/openapi.json", pathParameters: null, requestContext: {} })).toBe("/openapi.json");
  });
});
