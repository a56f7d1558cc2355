import { addressOf } from "../s3/address.ts";

/** The S3 operations that a fault can name. */
export const s3OperationNames = [
  "GetObject",
  "HeadObject",
  "PutObject",
  "PostObject",
  "CopyObject",
  "DeleteObject",
  "DeleteObjects",
  "ListObjects",
  "ListObjectsV2",
  "ListParts",
  "ListMultipartUploads",
  "CreateMultipartUpload",
  "UploadPart",
  "UploadPartCopy",
  "CompleteMultipartUpload",
  "AbortMultipartUpload",
] as const;

export type S3OperationName = (typeof s3OperationNames)[number];

/** The operation of a request, and its key; undefined for an operation that no fault can name, or an unusable address. */
export function s3OperationOf(request: Request): { readonly name: S3OperationName; readonly key: string } | undefined {
  let key: string | undefined;
  try {
    key = addressOf(request).key;
  } catch {
    return undefined;
  }
  const query = new URL(request.url).searchParams;
  const name = key === undefined ? onBucket(request, query) : onObject(request, query);
  return name && { name, key: key ?? "" };
}

function onBucket({ method, headers }: Request, query: URLSearchParams): S3OperationName | undefined {
  if (method === "POST") return query.has("delete") ? "DeleteObjects" : postOf(headers);
  if (method !== "GET") return undefined;
  if (query.has("uploads")) return "ListMultipartUploads";
  return query.get("list-type") === "2" ? "ListObjectsV2" : "ListObjects";
}

const postOf = (headers: Headers): S3OperationName | undefined =>
  /^multipart\/form-data\b/i.test(headers.get("content-type") ?? "") ? "PostObject" : undefined;

function onObject({ method, headers }: Request, query: URLSearchParams): S3OperationName | undefined {
  const ofUpload = query.has("uploadId");
  switch (method) {
    case "GET":
      return ofUpload ? "ListParts" : "GetObject";
    case "HEAD":
      return "HeadObject";
    case "PUT":
      if (headers.has("x-amz-copy-source")) return ofUpload ? "UploadPartCopy" : "CopyObject";
      return ofUpload ? "UploadPart" : "PutObject";
    case "DELETE":
      return ofUpload ? "AbortMultipartUpload" : "DeleteObject";
    case "POST":
      return ofUpload ? "CompleteMultipartUpload" : query.has("uploads") ? "CreateMultipartUpload" : undefined;
    default:
      return undefined;
  }
}
