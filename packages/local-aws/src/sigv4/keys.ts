import type { Caller } from "../service.ts";

/** An access key of this runtime: its owner, and the secret that its signatures are made with. */
export interface IssuedKey {
  readonly caller: Caller;
  readonly secretAccessKey: string;
  /** Sent with every request of a role's session; the operator's key has none. */
  readonly sessionToken?: string;
}

/** The access keys of this runtime, including the operator's; `iam` implements this. */
export interface KeyRing {
  /**
   * @throws AwsError "InvalidAccessKeyId" for a key that was never issued, "ExpiredTokenException" for a key of an
   * ended session
   */
  keyOf(accessKeyId: string): IssuedKey;
}
