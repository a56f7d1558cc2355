import { AwsError } from "../../service.ts";
import { accessDenied, invalid } from "../error.ts";
import { isChecksumName } from "./checksum.ts";

/**
 * Headers that this service does not support. Ignoring them would do something other than what the client requested.
 */
const refused: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^x-amz-tagging$/, "objects here have no tags"],
  [/^x-amz-(copy-source-)?server-side-encryption-customer-/, "objects here are not encrypted with a customer's key"],
  [/^x-amz-object-lock-|^x-amz-bucket-object-lock-enabled$/, "objects here have no lock"],
  [/^x-amz-website-redirect-location$/, "buckets here are no websites"],
  [/^x-amz-write-offset-bytes$/, "objects here cannot be appended to"],
  [/^x-amz-if-match-(last-modified-time|size)$/, "buckets here are no directory buckets"],
  [/^x-amz-checksum-(?!mode$|type$|algorithm$)/, "the checksums here are CRC32, CRC32C, CRC64NVME, SHA-1 and SHA-256"],
];

/** ACLs that a bucket with disabled ACLs accepts, because they change nothing. */
const acceptedAcls = new Set(["private", "bucket-owner-full-control"]);

/** Returns why a header is rejected; undefined for supported headers and those that may be ignored. */
export function refusalOf(name: string): string | undefined {
  const checksum = /^x-amz-checksum-(.+)$/.exec(name)?.[1];
  if (checksum !== undefined && isChecksumName(checksum)) return undefined;
  return refused.find(([pattern]) => pattern.test(name))?.[1];
}

export function isAclHeader(name: string): boolean {
  return name === "x-amz-acl" || name.startsWith("x-amz-grant-");
}

/**
 * @throws AwsError "NotImplemented", which names the header; "AccessControlListNotSupported" for an ACL, as for a
 * bucket whose object ownership is enforced (the default since April 2023)
 */
export function refuseHeaders(headers: Headers): void {
  for (const [name, value] of headers) {
    const why = refusalOf(name);
    if (why !== undefined) throw new AwsError("NotImplemented", `The header "${name}" is not served: ${why}.`, 501);
    if (isAclHeader(name) && !(name === "x-amz-acl" && acceptedAcls.has(value))) {
      throw invalid("AccessControlListNotSupported", "The bucket does not allow ACLs");
    }
  }
}

/**
 * Callers may state which account they expect to own a bucket; here one account owns all buckets.
 * @throws AwsError "AccessDenied"
 */
export function checkOwner(headers: Headers, accountId: string): void {
  for (const name of ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"]) {
    const expected = headers.get(name);
    if (expected === null || expected === accountId) continue;
    throw accessDenied(`Access Denied: the bucket belongs to the account ${accountId}, not to ${expected}.`);
  }
}
