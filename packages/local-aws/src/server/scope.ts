import type { IncomingMessage } from "node:http";

/**
 * The service that a request is signed for, or undefined. Read before anything is verified, only to decide which checks
 * apply: the header counts before the query, as in `readSignature`.
 */
export function serviceOf({ headers, url = "" }: IncomingMessage): string | undefined {
  const { authorization = "" } = headers;
  const scope = authorization.startsWith("AWS4-")
    ? /Credential=([^,\s]+)/.exec(authorization)?.[1]
    : new URLSearchParams(url.split("?").slice(1).join("?")).get("X-Amz-Credential");
  return scope?.split("/").at(-2);
}
