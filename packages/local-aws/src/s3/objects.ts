import type { ReadStream } from "node:fs";
import { AwsError } from "../service.ts";
import { invalid, xmlResponse } from "./error.ts";
import { incomingOf } from "./request/body.ts";
import { checkCopy, checkRead, writeCondition } from "./request/conditions.ts";
import { parseRange } from "./request/range.ts";
import { describe, headerValue, keptHeadersOf, type ObjectRecord } from "./store/record.ts";
import type { BucketStore } from "./store/store.ts";

/** Query parameters of a signed GET that override headers of the response. */
const overrides = {
  "response-content-type": "content-type",
  "response-content-disposition": "content-disposition",
  "response-content-encoding": "content-encoding",
  "response-content-language": "content-language",
  "response-cache-control": "cache-control",
  "response-expires": "expires",
} as const;

export interface GetOptions {
  /** As in S3, an unsigned request that overrides response headers is rejected. */
  readonly signed: boolean;
}

/** GetObject and HeadObject, with ranges and conditions. */
export async function getObject(
  store: BucketStore,
  key: string,
  request: Request,
  { signed }: GetOptions,
): Promise<Response> {
  const { record, handle } = await store.open(key);
  try {
    checkRead(request.headers, record);
    const headers = describe(record);
    const query = new URL(request.url).searchParams;
    checkPart(query.get("partNumber"), record);
    for (const [parameter, name] of Object.entries(overrides)) {
      const value = query.get(parameter);
      if (value === null) continue;
      if (!signed) {
        const message = "Request specific response headers cannot be used for anonymous GET requests.";
        throw invalid("InvalidRequest", message);
      }
      headers.set(name, headerValue(parameter, value));
    }
    const range = parseRange(request.headers.get("range"), record.size);
    if (range) {
      headers.set("content-range", `bytes ${range.first}-${range.last}/${record.size}`);
      headers.set("content-length", String(range.last - range.first + 1));
    } else if (record.checksum && request.headers.get("x-amz-checksum-mode") === "ENABLED") {
      headers.set(`x-amz-checksum-${record.checksum.name}`, record.checksum.value);
      headers.set("x-amz-checksum-type", "FULL_OBJECT");
    }
    const status = range ? 206 : 200;
    if (request.method === "HEAD" || record.size === 0) {
      await handle.close();
      return new Response(null, { status, headers });
    }
    const { first, last } = range ?? { first: 0, last: record.size - 1 };
    return new Response(streamOf(handle.createReadStream({ start: first, end: last })), { status, headers });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** An object that was uploaded in one request has a single part. For multipart uploads, the parts are not kept. */
function checkPart(number: string | null, { etag }: ObjectRecord): void {
  if (number === null) return;
  const parts = /-(\d+)$/.exec(etag)?.[1];
  if (parts !== undefined) {
    throw new AwsError("NotImplemented", `The ${parts} parts that the object was uploaded in are not kept.`, 501);
  }
  if (number !== "1") throw new AwsError("InvalidPartNumber", "The requested partnumber is not satisfiable", 416);
}

/** PutObject, with conditions. */
export async function putObject(store: BucketStore, key: string, request: Request): Promise<Response> {
  const condition = writeCondition(request.headers);
  condition(store.find(key));
  const record = await store.put(key, incomingOf(request), keptHeadersOf(request.headers), condition);
  const headers = new Headers({ etag: `"${record.etag}"` });
  if (record.checksum) {
    headers.set(`x-amz-checksum-${record.checksum.name}`, record.checksum.value);
    headers.set("x-amz-checksum-type", "FULL_OBJECT");
  }
  return new Response(null, { headers });
}

/** CopyObject: copies the bytes of `source`, and its headers unless the request replaces them. */
export async function copyObject(
  source: { readonly store: BucketStore; readonly key: string },
  target: { readonly store: BucketStore; readonly key: string },
  request: Request,
): Promise<Response> {
  const { record, handle } = await source.store.open(source.key);
  try {
    checkCopy(request.headers, record);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const replace = request.headers.get("x-amz-metadata-directive") === "REPLACE";
  const headers = replace ? keptHeadersOf(request.headers) : record.headers;
  const bytes = handle.createReadStream() as AsyncIterable<Uint8Array>;
  const checksumName = record.checksum?.name ?? "crc64nvme";
  const condition = writeCondition(request.headers);
  const copy = await target.store.put(target.key, { bytes, checksumName }, headers, condition);
  return xmlResponse("CopyObjectResult", {
    ETag: `"${copy.etag}"`,
    LastModified: new Date(copy.lastModified).toISOString(),
  });
}

/** DeleteObject, with conditions. */
export async function deleteObject(store: BucketStore, key: string, request: Request): Promise<Response> {
  writeCondition(request.headers)(store.find(key));
  await store.delete(key);
  return new Response(null, { status: 204 });
}

/**
 * DeleteObjects. `authorize` throws for a key that the caller may not delete; this is reported for the key and does not
 * fail the request.
 */
export async function deleteObjects(
  store: BucketStore,
  request: { readonly keys: readonly string[]; readonly quiet: boolean },
  authorize: (key: string) => void,
): Promise<Response> {
  const deleted: string[] = [];
  const errors: { Key: string; Code: string; Message: string }[] = [];
  for (const key of request.keys) {
    try {
      authorize(key);
      await store.delete(key);
      deleted.push(key);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ Key: key, Code: "AccessDenied", Message: error.message });
    }
  }
  return xmlResponse("DeleteResult", {
    ...(request.quiet ? {} : { Deleted: deleted.map((Key) => ({ Key })) }),
    Error: errors,
  });
}

/** Creates a web stream. Cancelling it closes the file. */
function streamOf(file: ReadStream): ReadableStream<Uint8Array> {
  const chunks = file[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(new Uint8Array(next.value));
      },
      cancel() {
        file.destroy();
      },
    },
    { highWaterMark: 1 },
  );
}
