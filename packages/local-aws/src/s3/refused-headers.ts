import { AwsError } from "../service.ts";
import { invalid } from "./error.ts";

/** Headers of a write whose meaning this service cannot keep: ignoring them would store something else than was asked for. */
const refused: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^x-amz-tagging$/, "objects here have no tags"],
  [/^x-amz-server-side-encryption-customer-/, "objects here are not encrypted with a customer's key"],
  [/^x-amz-object-lock-/, "objects here have no lock"],
  [/^x-amz-website-redirect-location$/, "buckets here are no websites"],
  [/^x-amz-write-offset-bytes$/, "objects here cannot be appended to"],
];

/** ACLs that a bucket without ACLs accepts, because they change nothing. */
const acceptedAcls = new Set(["private", "bucket-owner-full-control"]);

/**
 * @throws AwsError "NotImplemented" naming the header; "AccessControlListNotSupported" for an ACL, as a bucket does whose
 * object ownership is enforced (the default since April 2023)
 */
export function refuseHeaders(headers: Headers): void {
  for (const name of headers.keys()) {
    const why = refused.find(([pattern]) => pattern.test(name))?.[1];
    if (why !== undefined) throw new AwsError("NotImplemented", `The header "${name}" is not served: ${why}.`, 501);
    const acl = name.startsWith("x-amz-grant-") || (name === "x-amz-acl" && !acceptedAcls.has(headers.get(name) ?? ""));
    if (acl) throw invalid("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
}
