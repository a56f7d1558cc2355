/** Headers that a page may send: those that the API reads, and those for SigV4 and API keys. */
const requestHeaders = [
  "authorization",
  "content-type",
  "idempotency-key",
  "x-api-key",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-content-sha256",
];

/** Whether one fixed header can allow all these origins: a CORS header has one origin, or `*`. */
export function hasOneAnswer(origins: readonly string[]): boolean {
  return origins.includes("*") || origins.length <= 1;
}

/** With several origins, the function returns the caller's origin; errors of the gateway can only allow the first. */
function originOf(origins: readonly string[]): string {
  return origins.includes("*") ? "*" : (origins[0] ?? "null");
}

/** Headers of an error response from the gateway; values are quoted, because API Gateway requires that for literals. */
export function errorCorsHeaders(origins: readonly string[]): Readonly<Record<string, string>> {
  return {
    "gatewayresponse.header.Access-Control-Allow-Origin": `'${originOf(origins)}'`,
    "gatewayresponse.header.Access-Control-Expose-Headers": "'x-amzn-requestid,retry-after'",
  };
}

/** Headers of a preflight response. */
export function preflightHeaders(origins: readonly string[]): Readonly<Record<string, string>> {
  return {
    "method.response.header.Access-Control-Allow-Origin": `'${originOf(origins)}'`,
    "method.response.header.Access-Control-Allow-Methods": "'GET,POST,DELETE,OPTIONS'",
    "method.response.header.Access-Control-Allow-Headers": `'${requestHeaders.join(",")}'`,
    "method.response.header.Access-Control-Max-Age": "'3600'",
  };
}
