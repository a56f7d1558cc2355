/** Headers a page may send: what the API reads, and what SigV4 and API keys need. */
const requestHeaders = [
  "authorization",
  "content-type",
  "idempotency-key",
  "x-api-key",
  "x-amz-date",
  "x-amz-security-token",
  "x-amz-content-sha256",
];

/** Whether one fixed header allows all these origins: CORS has one origin a header, or any. */
export function hasOneAnswer(origins: readonly string[]): boolean {
  return origins.includes("*") || origins.length <= 1;
}

/** Of several origins the function names the one that asks; the gateway's own errors can only allow the first. */
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

/** Headers of the answer to a preflight. */
export function preflightHeaders(origins: readonly string[]): Readonly<Record<string, string>> {
  return {
    "method.response.header.Access-Control-Allow-Origin": `'${originOf(origins)}'`,
    "method.response.header.Access-Control-Allow-Methods": "'GET,POST,DELETE,OPTIONS'",
    "method.response.header.Access-Control-Allow-Headers": `'${requestHeaders.join(",")}'`,
    "method.response.header.Access-Control-Max-Age": "'3600'",
  };
}
