import type { Caller } from "../service.ts";

/** The access keys of this runtime; `iam/` is one. Any key that it did not issue is the operator's. */
export interface KeyRing {
  /** @throws AwsError "ExpiredTokenException" for a key of an ended session */
  callerOf(accessKeyId: string): Caller;
  /** The secret of an issued key; nothing for the operator's. */
  secretOf(accessKeyId: string): string | undefined;
}
