import type { DoorCall } from "../door-keeper.ts";
import { Refusal } from "../refusal.ts";

interface ServiceError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const throttled = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;
const expired = /ExpiredToken|TokenRefreshRequired|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SSOToken/;
const denied = /AccessDenied|UnauthorizedOperation|NotAuthorized/;

/** Whether AWS refused a call because of its rate. */
export function isThrottled(error: unknown): boolean {
  return throttled.test((error as ServiceError).name ?? "");
}

/** Whether the same call may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  const { name, $metadata } = error as ServiceError;
  if (error instanceof Refusal || name === "CredentialsProviderError") return false;
  return isThrottled(error) || ($metadata?.httpStatusCode ?? 500) >= 500;
}

/** A sentence with a remedy for errors that concern the user's access to AWS; undefined for all others. */
export function sentenceOf({ service, operation }: DoorCall, error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const { name = "", message = "", $metadata } = error as ServiceError;
  if (name === "CredentialsProviderError") {
    const remedy = 'sign in, for example with "aws sso login", or set AWS_PROFILE, and start the console again';
    return new Refusal(403, "NoCredentials", `No AWS credentials were found: ${remedy}.`);
  }
  if (expired.test(name)) {
    const remedy = 'sign in again, for example with "aws sso login"; the page goes on by itself';
    return new Refusal(403, "CredentialsExpired", `AWS does not accept the credentials (${name}): ${remedy}.`);
  }
  if (denied.test(name)) {
    const remedy = "docs/iam/console-read.json and console-write.json contain the rights that the console needs";
    return new Refusal(
      403,
      "AccessDenied",
      `Your AWS identity may not call ${service}:${operation}: ${remedy}. ${message}`.trim(),
    );
  }
  if (throttled.test(name)) {
    return new Refusal(429, "Throttled", "AWS limits the calls of this account at the moment: the page tries again.");
  }
  if ($metadata?.httpStatusCode === undefined) {
    return new Refusal(
      502,
      "Unreachable",
      `AWS cannot be reached (${message || name}): check the network and the region.`,
    );
  }
  return undefined;
}
