import { randomBytes } from "node:crypto";
import type { Caller } from "../service.ts";
import { AwsError } from "../service.ts";
import type { IssuedKey } from "../sigv4/keys.ts";
import type { KeyPair } from "./operator-key.ts";

/** The credentials that a sandbox receives as AWS_ACCESS_KEY_ID and the related variables. */
export interface Credentials extends KeyPair {
  readonly sessionToken: string;
}

/**
 * Prefix of session keys, by which keys of ended sessions are recognised: AWS reports such a key as expired, and any
 * other unknown key as invalid.
 */
const prefix = "ASIALOCAL";
/**
 * How long a session stays valid after its sandbox has ended. On AWS the role's session also outlives the sandbox, so
 * URLs that the sandbox signed stay valid.
 */
const retiredMs = 3_600_000;

interface Session {
  readonly credentials: Credentials;
  readonly caller: Caller;
  expires: number;
}

/** The access keys of this runtime: one for each session of a role, and the operator's. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #operator: IssuedKey;
  readonly #accountId: string;

  constructor(accountId: string, { accessKeyId, secretAccessKey }: KeyPair) {
    this.#accountId = accountId;
    const arn = `arn:aws:iam::${accountId}:user/operator`;
    this.#operator = { caller: { accessKeyId, arn }, secretAccessKey };
  }

  start(roleArn: string, sessionName: string): Credentials {
    this.#dropExpired();
    const accessKeyId = prefix + randomBytes(8).toString("hex").slice(0, 11).toUpperCase();
    const role = roleArn.split("/").at(-1) ?? roleArn;
    const credentials = {
      accessKeyId,
      secretAccessKey: randomBytes(30).toString("base64url"),
      sessionToken: randomBytes(48).toString("base64url"),
    };
    const arn = `arn:aws:sts::${this.#accountId}:assumed-role/${role}/${sessionName}`;
    this.#sessions.set(accessKeyId, {
      credentials,
      caller: { accessKeyId, arn, roleArn },
      expires: Number.POSITIVE_INFINITY,
    });
    return credentials;
  }

  /**
   * @throws AwsError "ExpiredTokenException" for a key of an ended session, "InvalidAccessKeyId" for any other key that
   * is not valid
   */
  key(accessKeyId: string): IssuedKey {
    if (accessKeyId === this.#operator.caller.accessKeyId) return this.#operator;
    const session = this.#sessions.get(accessKeyId);
    if (session && session.expires > Date.now()) {
      const { secretAccessKey, sessionToken } = session.credentials;
      return { caller: session.caller, secretAccessKey, sessionToken };
    }
    if (accessKeyId.startsWith(prefix)) {
      throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
    }
    const message = `There is no access key "${accessKeyId}" here: use the key pair of the data folder.`;
    throw new AwsError("InvalidAccessKeyId", message, 403);
  }

  /** Ends a session whose owner is gone: what it signed stays valid for an hour. */
  retire(accessKeyId: string): void {
    const session = this.#sessions.get(accessKeyId);
    if (session) session.expires = Math.min(session.expires, Date.now() + retiredMs);
  }

  revoke(accessKeyId: string): void {
    this.#sessions.delete(accessKeyId);
  }

  #dropExpired(): void {
    const now = Date.now();
    for (const [key, { expires }] of this.#sessions) if (expires <= now) this.#sessions.delete(key);
  }
}
