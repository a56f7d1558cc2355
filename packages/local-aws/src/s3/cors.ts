import type { BucketResource } from "../graph.ts";
import { accessDenied, errorResponse } from "./error.ts";

type Rule = BucketResource["cors"][number];

/**
 * Returns the headers that let a page from the request's origin read the response; empty if no CORS rule of the bucket
 * allows it.
 */
export function corsHeaders(rules: readonly Rule[], request: Request): Readonly<Record<string, string>> {
  const origin = request.headers.get("origin");
  if (origin === null) return {};
  const rule = rules.find((candidate) => allows(candidate, origin, request.method));
  return rule ? answer(rule, origin) : {};
}

/** Responds to a preflight request (`OPTIONS`), which asks whether a page may send a request. */
export function preflight(rules: readonly Rule[], request: Request): Response {
  const origin = request.headers.get("origin");
  const method = request.headers.get("access-control-request-method");
  const wanted = (request.headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule =
    origin === null || method === null
      ? undefined
      : rules.find(
          (candidate) =>
            allows(candidate, origin, method) &&
            wanted.every((name) => candidate.allowedHeaders.some((pattern) => like(pattern.toLowerCase(), name))),
        );
  if (!rule || origin === null) {
    return errorResponse(accessDenied("CORSResponse: This CORS request is not allowed."), request);
  }
  return new Response(null, {
    headers: {
      ...answer(rule, origin),
      ...(wanted.length > 0 ? { "access-control-allow-headers": wanted.join(", ") } : {}),
      "access-control-max-age": "600",
    },
  });
}

function allows(rule: Rule, origin: string, method: string): boolean {
  return rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => like(pattern, origin));
}

/** Matches an S3 pattern, in which at most one `*` matches any characters. */
function like(pattern: string, text: string): boolean {
  const [head = "", tail] = pattern.split("*");
  if (tail === undefined) return pattern === text;
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}

function answer(rule: Rule, origin: string): Readonly<Record<string, string>> {
  return {
    "access-control-allow-origin": rule.allowedOrigins.includes("*") ? "*" : origin,
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    ...(rule.exposeHeaders.length > 0 ? { "access-control-expose-headers": rule.exposeHeaders.join(", ") } : {}),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}
