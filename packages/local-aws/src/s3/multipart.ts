import { XMLParser } from "fast-xml-parser";
import { invalid, xmlResponse } from "./error.ts";
import { incomingOf, xmlTextOf } from "./request/body.ts";
import { checkCopy, writeCondition } from "./request/conditions.ts";
import { parseRange } from "./request/range.ts";
import { keptHeadersOf } from "./store/record.ts";
import type { BucketStore } from "./store/store.ts";
import type { Uploads } from "./store/uploads.ts";

const parser = new XMLParser({ isArray: (name) => name === "Part" || name === "Object", parseTagValue: false });

/** CreateMultipartUpload. */
export function createUpload(uploads: Uploads, bucket: string, key: string, request: Request): Response {
  const UploadId = uploads.create(key, keptHeadersOf(request.headers));
  return xmlResponse("InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId });
}

/** UploadPart. */
export async function uploadPart(uploads: Uploads, key: string, id: string, request: Request): Promise<Response> {
  const number = Number(new URL(request.url).searchParams.get("partNumber"));
  const { etag } = await uploads.putPart(key, id, number, incomingOf(request));
  return new Response(null, { headers: { etag: `"${etag}"` } });
}

/** UploadPartCopy: the part is a copy of an object or of a range of it. */
export async function uploadPartCopy(
  uploads: Uploads,
  key: string,
  id: string,
  source: { readonly store: BucketStore; readonly key: string },
  request: Request,
): Promise<Response> {
  const number = Number(new URL(request.url).searchParams.get("partNumber"));
  const { record, handle } = await source.store.open(source.key);
  try {
    checkCopy(request.headers, record);
    const range = parseRange(request.headers.get("x-amz-copy-source-range"), record.size);
    const bytes = record.size === 0 ? [] : handle.createReadStream({ start: range?.first ?? 0, ...lastOf(range) });
    const part = await uploads.putPart(key, id, number, { bytes: bytes as AsyncIterable<Uint8Array> });
    return xmlResponse("CopyPartResult", {
      ETag: `"${part.etag}"`,
      LastModified: new Date(part.lastModified).toISOString(),
    });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

function lastOf(range: { readonly last: number } | undefined): { readonly end?: number } {
  return range === undefined ? {} : { end: range.last };
}

/** Handles ListMultipartUploads. Always returns all uploads on a single page. */
export function listUploads(uploads: Uploads, bucket: string, query: URLSearchParams): Response {
  const prefix = query.get("prefix") ?? "";
  const found = uploads.all.filter(({ key }) => key.startsWith(prefix));
  return xmlResponse("ListMultipartUploadsResult", {
    Bucket: bucket,
    Prefix: prefix,
    IsTruncated: false,
    Upload: found.map(({ id, key, startedAt }) => ({
      Key: key,
      UploadId: id,
      Initiated: new Date(startedAt).toISOString(),
      StorageClass: "STANDARD",
    })),
  });
}

/** CompleteMultipartUpload. */
export async function completeUpload(
  uploads: Uploads,
  bucket: string,
  key: string,
  id: string,
  request: Request,
): Promise<Response> {
  const document = parse(await xmlTextOf(request)) as {
    CompleteMultipartUpload?: { Part?: readonly { PartNumber?: string; ETag?: string }[] };
  };
  const parts = (document.CompleteMultipartUpload?.Part ?? []).map(({ PartNumber, ETag }) => ({
    number: Number(PartNumber),
    etag: ETag ?? "",
  }));
  const { etag } = await uploads.complete(key, id, parts, writeCondition(request.headers));
  const Location = `${new URL(request.url).origin}/${bucket}/${encodeURIComponent(key)}`;
  return xmlResponse("CompleteMultipartUploadResult", { Location, Bucket: bucket, Key: key, ETag: `"${etag}"` });
}

/** Handles ListParts. Always returns all parts on a single page. */
export function listParts(uploads: Uploads, bucket: string, key: string, id: string): Response {
  return xmlResponse("ListPartsResult", {
    Bucket: bucket,
    Key: key,
    UploadId: id,
    IsTruncated: false,
    Part: uploads.parts(key, id).map((part) => ({
      PartNumber: part.number,
      LastModified: new Date(part.lastModified).toISOString(),
      ETag: `"${part.etag}"`,
      Size: part.size,
    })),
  });
}

/** Reads the keys in a DeleteObjects request. @throws AwsError "MalformedXML" */
export async function keysToDelete(
  request: Request,
): Promise<{ readonly keys: readonly string[]; readonly quiet: boolean }> {
  const document = parse(await xmlTextOf(request)) as {
    Delete?: { Object?: readonly { Key?: string }[]; Quiet?: string };
  };
  const objects = document.Delete?.Object ?? [];
  if (objects.length === 0 || objects.length > 1_000) {
    throw invalid("MalformedXML", `DeleteObjects names ${objects.length} objects; 1 to 1,000 are allowed.`);
  }
  return { keys: objects.map(({ Key }) => Key ?? ""), quiet: document.Delete?.Quiet === "true" };
}

function parse(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch (error) {
    throw invalid("MalformedXML", `The XML cannot be read: ${(error as Error).message}.`);
  }
}
