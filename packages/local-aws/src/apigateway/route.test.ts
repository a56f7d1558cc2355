import { describe, expect, it } from "vitest";
import { findRoute, type Method, segmentsOf } from "./route.ts";

const methodsOf = (...routes: readonly (readonly [string, string])[]): readonly Method[] =>
  routes.map(([httpMethod, path]) => ({
    httpMethod,
    path,
    apiKeyRequired: false,
    authorization: "NONE",
    integration: { kind: "lambda", functionArn: `${httpMethod} ${path}`, timeoutMs: 1 },
  }));

const routes = methodsOf(
  ["ANY", "/{proxy+}"],
  ["GET", "/executions/{id}"],
  ["ANY", "/executions/{id}"],
  ["GET", "/executions/latest"],
  ["ANY", "/"],
);

describe("findRoute", () => {
  it.each([
    ["GET", "/executions/latest", "GET /executions/latest", {}],
    ["GET", "/executions/7", "GET /executions/{id}", { id: "7" }],
    ["DELETE", "/executions/7", "ANY /executions/{id}", { id: "7" }],
    ["GET", "/executions/7/results", "ANY /{proxy+}", { proxy: "executions/7/results" }],
    ["GET", "/", "ANY /", {}],
  ])("%s %s goes to %s", (verb, path, expected, pathParameters) => {
    const found = findRoute(routes, verb, segmentsOf(path));
    expect(`${found?.method.httpMethod} ${found?.method.path}`).toBe(expected);
    expect(found?.pathParameters).toEqual(pathParameters);
  });

  it("does not fall back to a less exact resource when the exact one lacks the verb", () => {
    expect(findRoute(routes, "POST", segmentsOf("/executions/latest"))).toBeUndefined();
  });

  it("needs at least one segment for a greedy parameter", () => {
    expect(findRoute(methodsOf(["ANY", "/{proxy+}"]), "GET", [])).toBeUndefined();
  });
});
