import { createHash, createHmac } from "node:crypto";
import type { Credential, Signed } from "./credential.ts";

/**
 * Computes an AWS Signature Version 4 for a request from a secret key. `payloadHash` is the SHA-256 of the body in hex,
 * or the keyword that S3 allows instead.
 * Source: "Create a signed AWS API request" in the IAM user guide.
 */
export function signatureOf(request: Request, signed: Signed, secretAccessKey: string, payloadHash: string): string {
  const text = [
    "AWS4-HMAC-SHA256",
    signed.timestamp,
    `${signed.date}/${signed.region}/${signed.service}/aws4_request`,
    createHash("sha256")
      .update(canonicalRequest(request, signed, payloadHash))
      .digest("hex"),
  ].join("\n");
  return sign(text, signed, secretAccessKey);
}

/** Signs a string, such as the policy of a POST form, with the key derived for a credential's scope. */
export function sign(text: string, { date, region, service }: Credential, secretAccessKey: string): string {
  const key = [date, region, service, "aws4_request"].reduce<Buffer | string>(
    (parent, part) => createHmac("sha256", parent).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

function canonicalRequest(request: Request, signed: Signed, payloadHash: string): string {
  const url = new URL(request.url);
  return [
    request.method,
    canonicalPath(url.pathname, signed.service),
    canonicalQuery(url.search),
    ...signed.signedHeaders.map((name) => `${name}:${headerValue(request, name)}`),
    "",
    signed.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** S3 signs the path as it is sent, encoded once; every other service encodes it a second time. */
function canonicalPath(pathname: string, service: string): string {
  return pathname
    .split("/")
    .map((segment) => encode(service === "s3" ? decode(segment) : segment))
    .join("/");
}

function canonicalQuery(search: string): string {
  return search
    .slice(1)
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .filter(([name]) => name !== "X-Amz-Signature")
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function headerValue(request: Request, name: string): string {
  return (request.headers.get(name) ?? "").trim().replace(/ +/g, " ");
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Percent-encodes everything except unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
