import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ApiGatewayOptions, createApiGateway } from "../../apigateway/api-gateway.ts";
import type { BucketResource } from "../../graph.ts";
import { createS3, type S3, type S3Options } from "../../s3/s3.ts";
import { type Authorizer, AwsError, type Caller } from "../../service.ts";
import type { KeyRing } from "../../sigv4/keys.ts";
import type { Surface } from "../dispatch.ts";
import { listen } from "../server.ts";

/** The harness's key pair for the operator. */
export const operatorKey = { accessKeyId: "AKIALOCALHARNESS0001", secretAccessKey: "the-operator-s-secret" } as const;

/** The only key that the harness issues for a role. */
export const issued = { accessKeyId: "ASIALOCALHARNESS0001", secretAccessKey: "a-secret-of-the-harness" } as const;

export const roleCaller: Caller = {
  accessKeyId: issued.accessKeyId,
  arn: "arn:aws:sts::000000000000:assumed-role/harness/session",
  roleArn: "arn:aws:iam::000000000000:role/harness",
};

export const keys: KeyRing = {
  keyOf(accessKeyId) {
    if (accessKeyId === issued.accessKeyId) return { caller: roleCaller, secretAccessKey: issued.secretAccessKey };
    if (accessKeyId === operatorKey.accessKeyId) {
      const caller = { accessKeyId, arn: "arn:aws:iam::000000000000:user/operator" };
      return { caller, secretAccessKey: operatorKey.secretAccessKey };
    }
    if (accessKeyId.startsWith("ASIALOCAL")) throw new AwsError("ExpiredTokenException", "The session has ended.", 403);
    throw new AwsError("InvalidAccessKeyId", `There is no access key "${accessKeyId}".`, 403);
  },
};

/** Allows all actions except the given ones, and records the requested actions. */
export function authorizerOf(denied: ReadonlySet<string> = new Set()): Authorizer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    authorize(caller, action, resource) {
      asked.push(`${action} ${resource}`);
      if (caller.roleArn !== undefined && denied.has(action)) {
        throw new AwsError("AccessDeniedException", `${caller.arn} may not ${action} on ${resource}.`, 403);
      }
    },
  };
}

export const bucketNamed = (name: string, more: Partial<BucketResource> = {}): BucketResource => ({
  name,
  arn: `arn:aws:s3:::${name}`,
  cors: [],
  expirations: [],
  ...more,
});

export interface Harness {
  readonly url: string;
  readonly port: number;
  readonly s3: S3;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** Starts a server on a free port with the bucket `photos` and the resources that a test declares. */
export async function startHarness(
  options: {
    readonly s3?: Partial<S3Options>;
    readonly api?: Partial<ApiGatewayOptions>;
    readonly surface?: Partial<Surface>;
  } = {},
): Promise<Harness> {
  const dataDir = options.s3?.dataDir ?? mkdtempSync(path.join(os.tmpdir(), "local-server-"));
  const authorizer = options.s3?.authorizer ?? authorizerOf();
  const s3 = await createS3({
    buckets: [bucketNamed("photos")],
    objects: [],
    dataDir,
    authorizer,
    keys,
    region: "us-east-1",
    accountId: "000000000000",
    ...options.s3,
  });
  const invoker: ApiGatewayOptions["invoker"] = {
    invoke: async () => {
      throw new AwsError("ResourceNotFoundException", "The harness has no functions.", 404);
    },
  };
  const api = createApiGateway({ restApis: [], invoker, authorizer, accountId: "000000000000", ...options.api });
  const server = await listen(0);
  server.serve({ services: {}, s3, api, keys, page: async () => undefined, ...options.surface });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    s3,
    dataDir,
    async close() {
      await server.close(100);
      s3.close();
      if (options.s3?.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
