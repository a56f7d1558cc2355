import { z } from "zod";
import { isBinary } from "./proxy-event.ts";

const HeaderValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** The response that a proxied function must return; anything else is a malformed proxy response. */
const ProxyResponse = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string(), HeaderValue).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(HeaderValue)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Connection-level headers, which only this server may set. */
const ownHeaders = new Set(["connection", "content-length", "transfer-encoding", "keep-alive", "upgrade"]);

/**
 * Converts a function's payload to the HTTP response. Returns undefined if the payload is malformed; the gateway then
 * returns 502.
 */
export function proxyResponse(
  payload: string,
  { binaryMediaTypes, accept }: { readonly binaryMediaTypes: readonly string[]; readonly accept: string | null },
): Response | undefined {
  let document: unknown;
  try {
    document = JSON.parse(payload);
  } catch {
    return undefined;
  }
  const parsed = ProxyResponse.safeParse(document);
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  const result = new Headers();
  try {
    for (const [name, value] of Object.entries(headers ?? {}))
      if (!ownHeaders.has(name.toLowerCase())) result.set(name, value);
    for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
      if (ownHeaders.has(name.toLowerCase())) continue;
      result.delete(name);
      for (const value of values) result.append(name, value);
    }
  } catch {
    return undefined;
  }
  if (!result.has("content-type")) result.set("content-type", "application/json");
  // Base64 is decoded only if the caller accepts a media type that the API declares as binary.
  const decoded = isBase64Encoded === true && isBinary(binaryMediaTypes, accept);
  const bytes = new Uint8Array(Buffer.from(body ?? "", decoded ? "base64" : "utf8"));
  const empty = statusCode === 204 || statusCode === 205 || statusCode === 304;
  return new Response(empty ? null : bytes, { status: statusCode, headers: result });
}
