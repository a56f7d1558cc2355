import type { Method } from "./route.ts";

type Mock = Extract<Method["integration"], { kind: "mock" }>;

/**
 * Runs a mock integration: the request template names a status, and the integration response for that status is
 * returned.
 */
export function mockResponse(integration: Mock): Response | undefined {
  const template = integration.requestTemplates["application/json"] ?? "";
  const status = /"statusCode"\s*:\s*"?(\d{3})/.exec(template)?.[1];
  const response = integration.responses.find(({ statusCode }) => statusCode === status);
  if (!response || status === undefined) return undefined;
  const headers = new Headers({ "content-type": "application/json" });
  for (const [parameter, expression] of Object.entries(response.parameters)) {
    const name = /^method\.response\.header\.(.+)$/.exec(parameter)?.[1];
    const value = /^'(.*)'$/s.exec(expression)?.[1];
    if (name !== undefined && value !== undefined) headers.set(name, value);
  }
  const body = response.templates["application/json"] ?? "";
  const empty = body === "" || status === "204" || status === "304";
  return new Response(empty ? null : body, { status: Number(status), headers });
}
