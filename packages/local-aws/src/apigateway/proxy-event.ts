import type { Caller } from "../service.ts";
import type { Match } from "./route.ts";

/** What the gateway knows about a request when it calls a function. */
export interface ProxyRequest {
  readonly request: Request;
  /** Header names and values exactly as the client sent them. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  readonly match: Match;
  /** The path below the stage, exactly as the client sent it. */
  readonly path: string;
  /** The path including the stage, if the caller named the stage. */
  readonly fullPath: string;
  readonly stage: { readonly name: string; readonly variables: Readonly<Record<string, string>> };
  readonly apiId: string;
  readonly accountId: string;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly now: Date;
  readonly binaryMediaTypes: readonly string[];
  readonly caller?: Caller;
  readonly apiKey?: { readonly id: string; readonly value: string };
}

/**
 * Builds the event of a Lambda proxy integration, payload format 1.0.
 * Source: "Input format of a Lambda function for proxy integration" in the API Gateway developer guide. One difference:
 * `domainName` includes the port, because a URL for this machine is incomplete without it.
 */
export function proxyEvent(proxied: ProxyRequest): Record<string, unknown> {
  const { request, match, stage, body } = proxied;
  const url = new URL(request.url);
  const headers = [
    // Forwarding headers from the caller are dropped; the gateway sets its own.
    ...proxied.headers.filter(([name]) => !/^x-forwarded-(for|port|proto)$/i.test(name)),
    ["X-Forwarded-For", proxied.sourceIp] as const,
    ["X-Forwarded-Port", url.port || "80"] as const,
    ["X-Forwarded-Proto", url.protocol.slice(0, -1)] as const,
    ["X-Amzn-Trace-Id", traceId(proxied)] as const,
  ];
  const query = [...url.searchParams];
  const parameters = Object.entries(match.pathParameters).map(([name, value]) => [name, decode(value)] as const);
  const binary = isBinary(proxied.binaryMediaTypes, request.headers.get("content-type"));
  return {
    resource: match.method.path,
    path: decode(proxied.path),
    httpMethod: request.method,
    headers: last(headers),
    multiValueHeaders: all(headers),
    queryStringParameters: query.length === 0 ? null : last(query),
    multiValueQueryStringParameters: query.length === 0 ? null : all(query),
    pathParameters: parameters.length === 0 ? null : Object.fromEntries(parameters),
    stageVariables: Object.keys(stage.variables).length === 0 ? null : stage.variables,
    requestContext: requestContext(proxied, url),
    body: body.length === 0 ? null : Buffer.from(body).toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary && body.length > 0,
  };
}

/** Whether a media type is passed as Base64; `*` matches any type or subtype. */
export function isBinary(binaryMediaTypes: readonly string[], header: string | null): boolean {
  const type = (header ?? "").split(/[;,]/)[0]?.trim().toLowerCase() ?? "";
  const [family = ""] = type.split("/");
  return binaryMediaTypes.some((pattern) => pattern === "*/*" || pattern === type || pattern === `${family}/*`);
}

function requestContext(proxied: ProxyRequest, url: URL): Record<string, unknown> {
  const { match, requestId, now, caller, apiKey } = proxied;
  return {
    accountId: proxied.accountId,
    apiId: proxied.apiId,
    domainName: url.host,
    domainPrefix: url.hostname.split(".")[0],
    extendedRequestId: requestId,
    httpMethod: proxied.request.method,
    identity: {
      accessKey: caller?.accessKeyId ?? null,
      accountId: caller ? proxied.accountId : null,
      apiKey: apiKey?.value ?? null,
      apiKeyId: apiKey?.id ?? null,
      caller: caller?.arn ?? null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: proxied.sourceIp,
      user: caller?.arn ?? null,
      userAgent: proxied.request.headers.get("user-agent"),
      userArn: caller?.arn ?? null,
    },
    path: decode(proxied.fullPath),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: clfTime(now),
    requestTimeEpoch: now.getTime(),
    resourceId: resourceId(match.method.path),
    resourcePath: match.method.path,
    stage: proxied.stage.name,
  };
}

function last(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(pairs);
}

function all(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Formats a time like `22/Nov/2026:10:15:00 +0000`. */
function clfTime(now: Date): string {
  const [day, time] = now.toISOString().slice(0, 19).split("T") as [string, string];
  return `${day.slice(8)}/${months[now.getUTCMonth()]}/${day.slice(0, 4)}:${time} +0000`;
}

function traceId({ now, requestId }: ProxyRequest): string {
  const random = requestId.replaceAll("-", "");
  return `Root=1-${Math.floor(now.getTime() / 1_000).toString(16)}-${random.slice(0, 24)}`;
}

/** Returns six characters that are always the same for a path, like the identifier of an API Gateway resource. */
function resourceId(path: string): string {
  let hash = 0;
  for (const character of path) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) >>> 0;
  return hash.toString(36).padStart(6, "0").slice(-6);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
