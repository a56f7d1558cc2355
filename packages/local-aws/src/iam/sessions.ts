import { randomBytes } from "node:crypto";
import type { Caller } from "../service.ts";
import { AwsError } from "../service.ts";

/** What a sandbox gets as AWS_ACCESS_KEY_ID and its companions. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Tells this runtime's keys from those of an operator, who may well use real temporary ones (ASIA…). */
const prefix = "ASIALOCAL";
/** A URL signed by a sandbox outlives the sandbox on AWS, because the role's session does. */
const retiredMs = 3_600_000;

interface Session {
  readonly credentials: Credentials;
  readonly caller: Caller;
  expires: number;
}

/** Access keys that stand for a session of a role. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #operatorArn: string;
  readonly #accountId: string;

  constructor(accountId: string) {
    this.#accountId = accountId;
    this.#operatorArn = `arn:aws:iam::${accountId}:user/operator`;
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
   * Whom a key stands for; a key that this runtime never issued is the operator's.
   * @throws AwsError "ExpiredTokenException" for a key of an ended session, which must not turn into the operator.
   */
  caller(accessKeyId: string): Caller {
    const session = this.#sessions.get(accessKeyId);
    if (session && session.expires > Date.now()) return session.caller;
    if (accessKeyId.startsWith(prefix)) {
      throw new AwsError("ExpiredTokenException", "The security token included in the request is expired", 403);
    }
    return { accessKeyId, arn: this.#operatorArn };
  }

  secret(accessKeyId: string): string | undefined {
    return this.#sessions.get(accessKeyId)?.credentials.secretAccessKey;
  }

  /** The session's owner is gone: what it signed stays valid for an hour. */
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
