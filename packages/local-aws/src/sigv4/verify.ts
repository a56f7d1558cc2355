import { createHash, timingSafeEqual } from "node:crypto";
import { AwsError, type Caller } from "../service.ts";
import { signatureOf } from "./canonical.ts";
import type { Signed } from "./credential.ts";
import type { KeyRing } from "./keys.ts";

/** Presigned URLs are valid for seven days at most; clocks may differ by a quarter of an hour. */
const maxExpirySeconds = 7 * 24 * 3_600;
const clockSkewMs = 15 * 60_000;

export interface Verified {
  readonly caller: Caller;
  /** False for the operator: this runtime does not know that secret, so the signature proves nothing. */
  readonly proven: boolean;
}

/**
 * Who signed a request. A key that this runtime issued must have signed exactly this request, in time; any other key is
 * the operator's.
 * @throws AwsError in S3's words for a wrong signature, an expired URL, a foreign token; the server renames them for other services.
 */
export function verify(
  request: Request,
  signed: Signed,
  options: { readonly keys: KeyRing; readonly body?: Uint8Array; readonly now?: number },
): Verified {
  const now = options.now ?? Date.now();
  if (signed.form === "query") checkExpiry(signed, now);
  const caller = options.keys.callerOf(signed.accessKeyId);
  const secret = options.keys.secretOf(signed.accessKeyId);
  if (secret === undefined) return { caller, proven: false };
  if (signed.form === "header" && Math.abs(now - instant(signed.timestamp)) > clockSkewMs) {
    throw new AwsError("RequestTimeTooSkewed", "The request's time is more than 15 minutes from this server's.", 403);
  }
  const hash = payloadHash(request, options.body);
  if (!signed.signedHeaders.includes("host") || !same(signatureOf(request, signed, secret, hash), signed.signature)) {
    throw new AwsError(
      "SignatureDoesNotMatch",
      "The signature is not the one that this key gives this request: check the secret key and the signing method.",
      403,
    );
  }
  if (signed.service === "s3") refuseUnsigned(request, signed);
  return { caller, proven: true };
}

/** A header such as `x-amz-copy-source` makes another operation of a presigned one: its signer must have meant it. */
function refuseUnsigned(request: Request, { signedHeaders }: Signed): void {
  const added = [...request.headers.keys()].filter(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (added.length === 0) return;
  const message = `There were headers present in the request which were not signed: ${added.join(", ")}.`;
  throw new AwsError("AccessDenied", message, 403);
}

/** Compares two signatures in a time that does not tell where they differ. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Milliseconds of `20261122T101500Z`; NaN when it is none, which no check passes. */
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

/** A body that was read must be the one that was signed; S3 checks its own while it streams. */
function payloadHash(request: Request, body: Uint8Array | undefined): string {
  const declared = request.headers.get("x-amz-content-sha256");
  if (body === undefined) return declared ?? "UNSIGNED-PAYLOAD";
  if (declared === "UNSIGNED-PAYLOAD") return declared;
  return createHash("sha256").update(body).digest("hex");
}
