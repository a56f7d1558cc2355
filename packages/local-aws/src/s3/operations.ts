import type { BucketResource } from "../graph.ts";
import { type Authorizer, AwsError, type Caller } from "../service.ts";
import { addressOf } from "./address.ts";
import { noSuchBucket, noSuchKey, xmlResponse } from "./error.ts";
import { listObjects } from "./listing.ts";
import { completeUpload, createUpload, keysToDelete, listParts, uploadPart } from "./multipart.ts";
import { copyObject, deleteObject, deleteObjects, getObject, putObject } from "./objects.ts";
import type { BucketStore } from "./store.ts";
import type { Uploads } from "./uploads.ts";

/** A bucket that is served: what the program says of it, its objects, its multipart uploads. */
export interface Target {
  readonly bucket: BucketResource;
  readonly store: BucketStore;
  readonly uploads: Uploads;
}

/** A request to S3 with its caller: to the service itself (`targets`), to a bucket, or to an object of it. */
export interface Operation {
  readonly request: Request;
  readonly caller: Caller;
  readonly authorizer: Authorizer;
  readonly region: string;
  /** All buckets that are served. */
  readonly targets: readonly Target[];
  readonly target?: Target;
  readonly key?: string;
}

/** Finds the operation that method and query name, asks whether the caller may, and does it. */
export async function operate(operation: Operation): Promise<Response> {
  const { target, key } = operation;
  if (!target) return listBuckets(operation);
  return key === undefined ? onBucket(operation, target) : onObject(operation, target, key);
}

function listBuckets({ request, caller, authorizer, targets }: Operation): Response {
  if (request.method !== "GET") throw notOffered(request);
  authorizer.authorize(caller, "s3:ListAllMyBuckets", "*");
  return xmlResponse("ListAllMyBucketsResult", {
    Owner: { ID: "operator" },
    Buckets: {
      Bucket: targets.map(({ bucket, store }) => ({
        Name: bucket.name,
        CreationDate: new Date(store.createdAt).toISOString(),
      })),
    },
  });
}

async function onBucket({ request, caller, authorizer, region }: Operation, target: Target): Promise<Response> {
  const { bucket, store } = target;
  const query = new URL(request.url).searchParams;
  if (request.method === "HEAD") {
    authorizer.authorize(caller, "s3:ListBucket", bucket.arn);
    return new Response(null, { headers: { "x-amz-bucket-region": region } });
  }
  if (request.method === "PUT" && query.size === 0) {
    const message = `The bucket "${bucket.name}" is one that the program declares already.`;
    throw new AwsError("BucketAlreadyOwnedByYou", message, 409);
  }
  if (request.method === "GET" && query.has("location")) {
    authorizer.authorize(caller, "s3:GetBucketLocation", bucket.arn);
    return xmlResponse("LocationConstraint", { "#text": region === "us-east-1" ? "" : region });
  }
  if (request.method === "GET" && query.get("list-type") === "2") {
    const context = { "s3:prefix": query.get("prefix") ?? "", "s3:delimiter": query.get("delimiter") ?? "" };
    authorizer.authorize(caller, "s3:ListBucket", bucket.arn, context);
    return listObjects(bucket.name, store.list(), query);
  }
  if (request.method === "POST" && query.has("delete")) {
    return deleteObjects(store, await keysToDelete(request), (key) =>
      authorizer.authorize(caller, "s3:DeleteObject", `${bucket.arn}/${key}`),
    );
  }
  throw notOffered(request);
}

async function onObject(operation: Operation, target: Target, key: string): Promise<Response> {
  const { request, caller, authorizer } = operation;
  const { bucket, store, uploads } = target;
  const query = new URL(request.url).searchParams;
  const id = query.get("uploadId");
  const allow = (action: string): void => authorizer.authorize(caller, action, `${bucket.arn}/${key}`);
  const unknown = [...query.keys()].find((name) => refusedSubresources.has(name));
  if (unknown !== undefined) throw notOffered(request);
  switch (request.method) {
    case "HEAD":
    case "GET":
      if (id !== null) {
        allow("s3:ListMultipartUploadParts");
        return listParts(uploads, bucket.name, key, id);
      }
      allow("s3:GetObject");
      if (!store.find(key)) throw missing(authorizer, caller, bucket.arn, key);
      return getObject(store, key, request, { signed: true });
    case "PUT":
      allow("s3:PutObject");
      if (request.headers.has("x-amz-copy-source")) return copy(operation, target, key);
      return id === null ? putObject(store, key, request) : uploadPart(uploads, key, id, request);
    case "DELETE":
      allow(id === null ? "s3:DeleteObject" : "s3:AbortMultipartUpload");
      if (id === null) return deleteObject(store, key);
      await uploads.abort(key, id);
      return new Response(null, { status: 204 });
    case "POST":
      allow("s3:PutObject");
      if (query.has("uploads")) return createUpload(uploads, bucket.name, key, request);
      if (id !== null) return completeUpload(uploads, bucket.name, key, id, request);
  }
  throw notOffered(request);
}

/** CopyObject: needs the right to read the source, whose bucket may be another one. */
function copy({ request, caller, authorizer, targets }: Operation, target: Target, key: string): Promise<Response> {
  if (new URL(request.url).searchParams.has("uploadId")) throw notOffered(request);
  const place = request.headers.get("x-amz-copy-source") ?? "";
  const source = addressOf(new Request(`http://localhost/${place.replace(/^\//, "")}`));
  const from = targets.find(({ bucket }) => bucket.name === source.bucket);
  if (!from || source.key === undefined) throw noSuchBucket(source.bucket ?? place);
  authorizer.authorize(caller, "s3:GetObject", `${from.bucket.arn}/${source.key}`);
  if (!from.store.find(source.key)) throw missing(authorizer, caller, from.bucket.arn, source.key);
  return copyObject({ store: from.store, key: source.key }, { store: target.store, key }, request);
}

/** Sub-resources that this service does not keep: answering them as the object itself would be a lie. */
const refusedSubresources = new Set([
  "acl",
  "tagging",
  "retention",
  "legal-hold",
  "torrent",
  "restore",
  "select",
  "attributes",
]);

/** A caller who may not list the bucket must not learn which keys are absent: for them a missing key is forbidden. */
function missing(authorizer: Authorizer, caller: Caller, bucketArn: string, key: string): Error {
  try {
    authorizer.authorize(caller, "s3:ListBucket", bucketArn, { "s3:prefix": key });
    return noSuchKey(key);
  } catch (error) {
    return error as Error;
  }
}

function notOffered(request: Request): AwsError {
  const { search } = new URL(request.url);
  return new AwsError("NotImplemented", `${request.method} ${search} is not among the operations offered here.`, 501);
}
