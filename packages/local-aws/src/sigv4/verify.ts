import { createHash, timingSafeEqual } from "node:crypto";
import { AwsError, type Caller } from "../service.ts";
import { signatureOf } from "./canonical.ts";
import type { Signed } from "./credential.ts";
import type { IssuedKey, KeyRing } from "./keys.ts";

/** Presigned URLs are valid for at most seven days; clocks may differ by a quarter of an hour. */
const maxExpirySeconds = 7 * 24 * 3_600;
const clockSkewMs = 15 * 60_000;

/**
 * Returns the caller that signed a request. A key that this runtime issued must have signed exactly this request, and
 * the signature must not have expired.
 * @throws AwsError with S3's names for an unknown key, a wrong signature or token, or an expired URL; the server
 * renames the errors for other services
 */
export function verify(
  request: Request,
  signed: Signed,
  options: { readonly keys: KeyRing; readonly body?: Uint8Array; readonly now?: number },
): Caller {
  const now = options.now ?? Date.now();
  if (signed.form === "query") checkExpiry(signed, now);
  const key = options.keys.keyOf(signed.accessKeyId);
  if (signed.form === "header" && Math.abs(now - instant(signed.timestamp)) > clockSkewMs) {
    throw new AwsError("RequestTimeTooSkewed", "The request's time is more than 15 minutes from this server's.", 403);
  }
  const hash = payloadHash(request, options.body);
  if (
    !signed.signedHeaders.includes("host") ||
    !same(signatureOf(request, signed, key.secretAccessKey, hash), signed.signature)
  ) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The signature is not the one that this key gives this request: check the secret key and the signing method.",
      403,
    );
  }
  checkToken(key, signed.sessionToken);
  if (signed.service === "s3") refuseUnsigned(request, signed);
  return key.caller;
}

/** @throws AwsError "InvalidToken" if a session's key is sent without its token, or with a wrong one */
export function checkToken({ sessionToken }: IssuedKey, given: string | undefined): void {
  if (sessionToken === undefined || (given !== undefined && same(given, sessionToken))) return;
  throw new AwsError("InvalidToken", "The session token is not the one that belongs to this key.", 403);
}

/**
 * A header such as `x-amz-copy-source` changes which operation a presigned request performs, so the signer must have
 * signed it.
 */
function refuseUnsigned(request: Request, { signedHeaders }: Signed): void {
  const added = [...request.headers.keys()].filter(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (added.length === 0) return;
  const message = `There were headers present in the request which were not signed: ${added.join(", ")}.`;
  throw new AwsError("AccessDenied", message, 403);
}

/** Compares two strings in a time that does not depend on where they differ. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Converts `20261122T101500Z` to milliseconds since 1970. @throws AwsError "AuthorizationHeaderMalformed" */
export function instant(timestamp: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp);
  if (!match) throw new AwsError("AuthorizationHeaderMalformed", `"${timestamp}" is not a time like 20261122T101500Z.`);
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function checkExpiry(signed: Signed, now: number): void {
  const expires = signed.expires ?? 0;
  if (expires < 1 || expires > maxExpirySeconds) {
    throw new AwsError(
      "AuthorizationQueryParametersError",
      `X-Amz-Expires is ${expires}; it must lie between 1 and ${maxExpirySeconds} seconds.`,
    );
  }
  const from = instant(signed.timestamp);
  if (now > from + expires * 1_000) throw new AwsError("AccessDenied", "Request has expired", 403);
  if (now < from - clockSkewMs) throw new AwsError("AccessDenied", "Request is not yet valid", 403);
}

/** A body that has been read must match the signed hash; S3 verifies its body while it streams. */
function payloadHash(request: Request, body: Uint8Array | undefined): string {
  const declared = request.headers.get("x-amz-content-sha256");
  if (body === undefined) return declared ?? "UNSIGNED-PAYLOAD";
  if (declared === "UNSIGNED-PAYLOAD") return declared;
  return createHash("sha256").update(body).digest("hex");
}
