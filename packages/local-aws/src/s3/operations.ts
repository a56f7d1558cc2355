import type { Authorizer, Caller } from "../service.ts";
import { addressOf } from "./address.ts";
import { listBuckets, onBucket } from "./bucket-operations.ts";
import type { Target } from "./buckets.ts";
import { invalid, noSuchBucket, noSuchKey, xmlResponse } from "./error.ts";
import { completeUpload, createUpload, listParts, uploadPart, uploadPartCopy } from "./multipart.ts";
import { copyObject, deleteObject, getObject, putObject } from "./objects.ts";
import { notOffered, type Operation } from "./operation.ts";

/** Finds the operation for a method and query, checks that the caller may perform it, and performs it. */
export async function operate(operation: Operation): Promise<Response> {
  const { target, key } = operation;
  if (!target) return listBuckets(operation);
  return key === undefined ? onBucket(operation, target) : onObject(operation, target, key);
}

async function onObject(operation: Operation, target: Target, key: string): Promise<Response> {
  const { request, caller, authorizer } = operation;
  const { bucket, store, uploads } = target;
  const query = new URL(request.url).searchParams;
  const id = query.get("uploadId");
  const allow = (action: string): void => authorizer.authorize(caller, action, `${bucket.arn}/${key}`);
  if (request.method === "GET" && query.has("tagging")) {
    allow("s3:GetObjectTagging");
    if (!store.find(key)) throw missing(authorizer, caller, bucket.arn, key);
    // Objects have no tags, because a request that writes an object with tags is rejected.
    return xmlResponse("Tagging", { TagSet: "" });
  }
  refuseVersion(query);
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
      if (id === null) return deleteObject(store, key, request);
      await uploads.abort(key, id);
      return new Response(null, { status: 204 });
    case "POST":
      allow("s3:PutObject");
      if (query.has("uploads")) return createUpload(uploads, bucket.name, key, request);
      if (id !== null) return completeUpload(uploads, bucket.name, key, id, request);
  }
  throw notOffered(request);
}

/** CopyObject and UploadPartCopy. They need permission to read the source, which may be in another bucket. */
function copy({ request, caller, authorizer, buckets }: Operation, target: Target, key: string): Promise<Response> {
  const location = request.headers.get("x-amz-copy-source") ?? "";
  const source = addressOf(new Request(`http://localhost/${location.replace(/^\//, "")}`));
  const from = buckets.find(source.bucket ?? "");
  if (!from || source.key === undefined) throw noSuchBucket(source.bucket ?? location);
  authorizer.authorize(caller, "s3:GetObject", `${from.bucket.arn}/${source.key}`);
  if (!from.store.find(source.key)) throw missing(authorizer, caller, from.bucket.arn, source.key);
  const original = { store: from.store, key: source.key };
  const id = new URL(request.url).searchParams.get("uploadId");
  if (id !== null) return uploadPartCopy(target.uploads, key, id, original, request);
  return copyObject(original, { store: target.store, key }, request);
}

/** Objects here have a single version, which S3 calls "null". @throws AwsError "InvalidArgument" */
function refuseVersion(query: URLSearchParams): void {
  const version = query.get("versionId");
  if (version === null || version === "null") return;
  throw invalid("InvalidArgument", `Invalid version id specified: "${version}"; the buckets here keep no versions.`);
}

/** Sub-resources that are not supported; returning the object instead would be wrong. */
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

/**
 * A caller without permission to list the bucket must not learn which keys exist, so a missing key is reported as
 * forbidden.
 */
function missing(authorizer: Authorizer, caller: Caller, bucketArn: string, key: string): Error {
  try {
    authorizer.authorize(caller, "s3:ListBucket", bucketArn, { "s3:prefix": key });
    return noSuchKey(key);
  } catch (error) {
    return error as Error;
  }
}
