import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { BucketObjectResource, BucketResource } from "../graph.ts";
import type { Authorizer, Caller, Service } from "../service.ts";
import type { KeyRing } from "../sigv4/keys.ts";
import { addressOf } from "./address.ts";
import { createBucket, isCreation } from "./bucket-operations.ts";
import { Buckets } from "./buckets.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { accessDenied, errorResponse } from "./error.ts";
import { getObject } from "./objects.ts";
import { operate } from "./operations.ts";
import { postObject } from "./post-object.ts";
import { checkOwner, refuseHeaders } from "./request/refused-headers.ts";
import { expire } from "./store/expiry.ts";
import type { BucketStore } from "./store/store.ts";

export interface S3Options {
  readonly buckets: readonly BucketResource[];
  readonly objects: readonly BucketObjectResource[];
  /** Folder that only this service uses. */
  readonly dataDir: string;
  readonly authorizer: Authorizer;
  readonly keys: KeyRing;
  readonly region: string;
  /** The account that owns all buckets. */
  readonly accountId: string;
}

export interface S3 {
  /** Handles the S3 REST protocol for a caller whose signature was verified. */
  readonly service: Service;
  /**
   * Handles requests without a signature: CORS preflights, and uploads by a form whose policy is signed.
   * Any other request is rejected as S3 rejects an anonymous caller.
   */
  anonymous(request: Request): Promise<Response>;
  /** Handles GET and HEAD of an object that the host of this service makes public, including to web pages. */
  publicObject(bucket: string, key: string, request: Request): Promise<Response>;
  /** Direct access to a bucket for other services of this runtime. */
  store(bucket: string): BucketStore | undefined;
  /** Serves the buckets that the program declares now. Objects of removed buckets stay on disk. */
  update(declared: Pick<S3Options, "buckets" | "objects">): Promise<void>;
  close(): void;
}

const expiryIntervalMs = 3_600_000;

/** Serves the buckets that the program declares from the file system, with S3's protocol. */
export async function createS3(options: S3Options): Promise<S3> {
  const served = new Buckets(options.dataDir);

  async function update({ buckets, objects }: Pick<S3Options, "buckets" | "objects">): Promise<void> {
    served.declare(buckets);
    for (const object of objects) await putDeclared(served.need(object.bucket).store, object);
    await sweep();
  }

  async function sweep(): Promise<void> {
    for (const { store, bucket } of served.all) await expire(store, bucket.expirations, Date.now());
  }

  async function answer(request: Request, work: () => Promise<Response>): Promise<Response> {
    const response = await work().catch((error: unknown) => errorResponse(error, request));
    for (const [name, value] of Object.entries(corsOf(request))) response.headers.set(name, value);
    return response;
  }

  function corsOf(request: Request): Readonly<Record<string, string>> {
    try {
      return corsHeaders(served.find(addressOf(request).bucket ?? "")?.bucket.cors ?? [], request);
    } catch {
      return {};
    }
  }

  await update(options);
  const timer = setInterval(() => void sweep().catch(() => undefined), expiryIntervalMs);
  timer.unref();

  return {
    service: (request, caller) =>
      answer(request, async () => {
        const { bucket, key } = addressOf(request);
        const { authorizer, region } = options;
        refuseHeaders(request.headers);
        checkOwner(request.headers, options.accountId);
        const context = { request, caller, authorizer, region, buckets: served };
        if (bucket === undefined) return operate(context);
        if (isCreation(request, key)) return createBucket(context, bucket);
        return operate({ ...context, target: served.need(bucket), ...(key === undefined ? {} : { key }) });
      }),
    anonymous: (request) =>
      answer(request, async () => {
        const { bucket = "" } = addressOf(request);
        const target = served.need(bucket);
        if (request.method === "OPTIONS") return preflight(target.bucket.cors, request);
        if (request.method !== "POST") throw accessDenied("Access Denied: the request is not signed.");
        const authorize = (caller: Caller, key: string): void =>
          options.authorizer.authorize(caller, "s3:PutObject", `${target.bucket.arn}/${key}`);
        return postObject(target.store, request, { keys: options.keys, authorize });
      }),
    publicObject: (bucket, key, request) =>
      answer(request, async () => {
        const response = await getObject(served.need(bucket).store, key, request, { signed: false });
        response.headers.set("access-control-allow-origin", "*");
        return response;
      }),
    store: (bucket) => served.find(bucket)?.store,
    update,
    close: () => clearInterval(timer),
  };
}

/** Puts a declared file into its bucket unless it is already there. */
async function putDeclared(store: BucketStore, { key, source, contentType }: BucketObjectResource): Promise<void> {
  const content = "file" in source ? readDeclared(store.name, key, source.file) : Buffer.from(source.content);
  const etag = createHash("md5").update(content).digest("hex");
  const type = contentType ?? "application/octet-stream";
  const current = store.find(key);
  if (current?.etag === etag && current.headers["content-type"] === type) return;
  await store.put(key, { bytes: once(content), checksumName: "crc32" }, { "content-type": type });
}

function readDeclared(bucket: string, key: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    const message = `The program declares "s3://${bucket}/${key}" from "${file}", which cannot be read.`;
    throw new Error(message, { cause });
  }
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
