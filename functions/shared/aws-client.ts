import { isIP } from "node:net";

/** Timeouts of every AWS client: a call that hangs must end before the function that waits for it. */
export function clientOptions({ requestMs = 5_000, attempts = 3 }: { requestMs?: number; attempts?: number } = {}) {
  return {
    maxAttempts: attempts,
    // Without throwOnRequestTimeout the SDK only warns.
    requestHandler: { connectionTimeout: 2_000, requestTimeout: requestMs, throwOnRequestTimeout: true },
  };
}

/**
 * Whether the endpoint is an IP address or localhost, which cannot take a host prefix: the SDK would resolve
 * `sync-127.0.0.1`.
 */
export function refusesHostPrefix(endpoint: string | undefined): boolean {
  if (!endpoint || !URL.canParse(endpoint)) return false;
  const { hostname } = new URL(endpoint);
  return hostname === "localhost" || hostname.endsWith(".localhost") || isIP(hostname.replace(/^\[|\]$/g, "")) !== 0;
}
