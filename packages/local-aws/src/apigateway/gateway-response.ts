import type { RestApiResource } from "../graph.ts";

/**
 * Errors that the gateway returns without calling a function: status, message and exception name, as in AWS's defaults.
 */
const defaults = {
  ACCESS_DENIED: [403, "User is not authorized to access this resource", "AccessDeniedException"],
  API_CONFIGURATION_ERROR: [500, "Internal server error", "InternalServerErrorException"],
  BAD_REQUEST_PARAMETERS: [400, "Bad Request", "BadRequestException"],
  EXPIRED_TOKEN: [403, "The security token included in the request is expired", "ExpiredTokenException"],
  /** Also covers a function that failed or returned a malformed response; AWS has no separate type for these. */
  DEFAULT_5XX: [502, "Internal server error", "InternalServerErrorException"],
  INTEGRATION_FAILURE: [500, "Internal server error", "InternalServerErrorException"],
  INTEGRATION_TIMEOUT: [504, "Endpoint request timed out", "InternalServerErrorException"],
  INVALID_API_KEY: [403, "Forbidden", "ForbiddenException"],
  INVALID_SIGNATURE: [403, "The request signature does not match", "InvalidSignatureException"],
  MISSING_AUTHENTICATION_TOKEN: [403, "Missing Authentication Token", "MissingAuthenticationTokenException"],
  QUOTA_EXCEEDED: [429, "Limit Exceeded", "LimitExceededException"],
  REQUEST_TOO_LARGE: [413, "Request Too Long", "RequestTooLargeException"],
  THROTTLED: [429, "Too Many Requests", "TooManyRequestsException"],
} as const satisfies Record<string, readonly [number, string, string]>;
export type GatewayError = keyof typeof defaults;

export interface ErrorContext {
  readonly requestId: string;
  readonly request: Request;
  readonly stage: string;
  readonly path: string;
  readonly sourceIp: string;
  /** Replaces the default message. */
  readonly message?: string;
}

/**
 * Returns the gateway's response to an error: the response that the program declares for this error type, otherwise the
 * one it declares for DEFAULT_4XX or DEFAULT_5XX, otherwise AWS's default.
 */
export function gatewayResponse(
  declared: RestApiResource["gatewayResponses"],
  type: GatewayError,
  context: ErrorContext,
): Response {
  const [defaultStatus, defaultMessage, errorType] = defaults[type];
  const message = context.message ?? defaultMessage;
  const family = defaultStatus < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  const own =
    declared.find(({ responseType }) => responseType === type) ??
    declared.find(({ responseType }) => responseType === family);
  const values: Readonly<Record<string, string>> = {
    "error.message": message,
    "error.messageString": JSON.stringify(message),
    "error.responseType": type,
    requestId: context.requestId,
    extendedRequestId: context.requestId,
    stage: context.stage,
    path: context.path,
    httpMethod: context.request.method,
    "identity.sourceIp": context.sourceIp,
  };
  const headers = new Headers({
    "content-type": "application/json",
    "x-amzn-errortype": errorType,
    "x-amzn-requestid": context.requestId,
  });
  for (const [parameter, expression] of Object.entries(own?.parameters ?? {})) {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(parameter)?.[1];
    const value = name === undefined ? undefined : evaluate(expression, values, context.request);
    if (name !== undefined && value !== undefined) headers.set(name, value);
  }
  const template = own?.templates["application/json"] ?? '{"message":$context.error.messageString}';
  return new Response(fill(template, values), { status: Number(own?.statusCode ?? defaultStatus), headers });
}

/** Evaluates a mapping expression: a literal in single quotes, a context value or a request header. */
function evaluate(expression: string, values: Readonly<Record<string, string>>, request: Request): string | undefined {
  const literal = /^'(.*)'$/s.exec(expression);
  if (literal) return literal[1];
  const [source, ...rest] = expression.split(".");
  if (source === "context") return values[rest.join(".")];
  const header = /^method\.request\.header\.(.+)$/.exec(expression)?.[1];
  return header === undefined ? undefined : (request.headers.get(header) ?? undefined);
}

/** Replaces `$context.…` variables; unknown variables stay unchanged. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g, (whole, name: string) => values[name] ?? whole);
}
