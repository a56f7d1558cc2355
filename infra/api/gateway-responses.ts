import { type ApiErrorCode, apiErrorStatus, notReadySeconds } from "../../contract/errors.ts";

/** An error response from the gateway, before or instead of the function, in the API's error format. */
export interface GatewayResponse {
  readonly responseType: string;
  readonly statusCode: string;
  readonly body: string;
  /** Value of the header Retry-After, which the gateway does not add. */
  readonly retryAfterSeconds?: number;
}

function response(
  responseType: string,
  code: ApiErrorCode,
  message: string,
  retryAfterSeconds?: number,
): GatewayResponse {
  return {
    responseType,
    statusCode: String(apiErrorStatus[code]),
    body: JSON.stringify({ code, message }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  };
}

/**
 * Types: API Gateway Developer Guide, "Gateway response types". The two defaults keep the original
 * status.
 */
export const gatewayResponses: readonly (Omit<GatewayResponse, "statusCode"> & { readonly statusCode?: string })[] = [
  response("INVALID_API_KEY", "Forbidden", "The request needs a valid API key in the header x-api-key."),
  response("MISSING_AUTHENTICATION_TOKEN", "Forbidden", "The request is not signed, or its method is not known here."),
  response("ACCESS_DENIED", "Forbidden", "The caller may not do this."),
  response("INVALID_SIGNATURE", "Forbidden", "The signature of the request does not match."),
  response("EXPIRED_TOKEN", "Forbidden", "The credentials of the request have expired."),
  response("THROTTLED", "TooManyRequests", "Too many requests per second: wait, then try again.", 1),
  response("QUOTA_EXCEEDED", "TooManyRequests", "The quota of this API key is used up."),
  response("REQUEST_TOO_LARGE", "PayloadTooLarge", "The body is larger than 6 MB: split the request."),
  response("INTEGRATION_TIMEOUT", "TimedOut", "The answer took too long: use POST /classify, which does not wait."),
  // Lambda throttled the call, or the function is not ready. DEFAULT_5XX keeps its status, so that missing permissions
  // are not reported as throttling.
  response(
    "INTEGRATION_FAILURE",
    "ServiceUnavailable",
    "The API's function is busy or starting: try again.",
    notReadySeconds,
  ),
  {
    responseType: "DEFAULT_4XX",
    body: '{"code":"InvalidRequest","message":$context.error.messageString}',
  },
  {
    responseType: "DEFAULT_5XX",
    body: '{"code":"InternalError","message":$context.error.messageString}',
  },
];
