import type { Checksum } from "./checksum.ts";

/** What is kept of an object beside its bytes: the sidecar file, as JSON. */
export interface ObjectRecord {
  readonly key: string;
  /** File name under `blobs/`. */
  readonly blob: string;
  readonly size: number;
  /** Without quotes: the MD5 in hex, or `MD5-PARTS` of a multipart upload. */
  readonly etag: string;
  /** Milliseconds. */
  readonly lastModified: number;
  /** Headers kept as sent: content-type, cache-control, … and x-amz-meta-…. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum?: Checksum;
}

const keptHeaders = [
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
] as const;

/** The headers of an upload that S3 keeps and answers with. */
export function keptHeadersOf(headers: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const kept: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const [rawName, value] of headers) {
    const name = rawName.toLowerCase();
    if (name === "content-encoding") {
      const own = value
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== "aws-chunked" && part !== "")
        .join(",");
      if (own !== "") kept[name] = own;
    } else if ((keptHeaders as readonly string[]).includes(name) || name.startsWith("x-amz-meta-")) {
      kept[name] = value;
    }
  }
  return kept;
}

/** Headers of an answer that describes the whole object. */
export function describe(record: ObjectRecord): Headers {
  const headers = new Headers(record.headers);
  headers.set("etag", `"${record.etag}"`);
  headers.set("last-modified", new Date(record.lastModified).toUTCString());
  headers.set("accept-ranges", "bytes");
  headers.set("content-length", String(record.size));
  return headers;
}
