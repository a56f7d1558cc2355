import type { IncomingMessage } from "node:http";

/**
 * Returns the service for which a request is signed, or undefined. This is read before anything is verified, only to
 * decide which checks apply. The header takes precedence over the query, as in `readSignature`.
 */
export function serviceOf({ headers, url = "" }: IncomingMessage): string | undefined {
  const { authorization = "" } = headers;
  const scope = authorization.startsWith("AWS4-")
    ? /Credential=([^,\s]+)/.exec(authorization)?.[1]
    : new URLSearchParams(url.split("?").slice(1).join("?")).get("X-Amz-Credential");
  return scope?.split("/").at(-2);
}
